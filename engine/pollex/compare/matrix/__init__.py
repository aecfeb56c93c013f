"""What each payer pays for a code: a table of payers and topics, asked of the compiled policies.

Nothing in the table is written down anywhere: each cell is the decision of a claim, or of a few claims that
differ in one thing. `plain` makes those claims from one ordinary claim, `asking` decides them, `days`
finds the days on which an answer changes, `session` the procedures that may stand beside the code,
`topics` lists the rows, and `words` says a cell in a few words.
"""
