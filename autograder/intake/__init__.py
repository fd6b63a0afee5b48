"""What students hand in, which anyone may have written: read, and rebuilt on the cells that were released."""
