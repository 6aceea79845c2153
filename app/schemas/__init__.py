"""What the HTTP interface takes and gives."""
