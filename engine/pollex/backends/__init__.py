"""From the intermediate form to something that runs or proves. No backend knows another."""
