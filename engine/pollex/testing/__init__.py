"""Running the tests that policies carry: a claim is made from a fixture, decided, and compared with what is
expected.
"""
