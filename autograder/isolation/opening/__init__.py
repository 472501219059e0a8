"""From an untrusted zip or folder to the source text of its modules; nothing of it is run."""
