"""The CSV files of a data set: what their cells, columns and rows must be, and the rules between them."""
