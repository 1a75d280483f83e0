"""Networks converted by tensorflow."""
