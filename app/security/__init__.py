"""Who is calling, and what they may see. Deny by default."""
