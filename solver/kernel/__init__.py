"""The compiled search: ruin and recreate over the arrays of `solver.compile`. Arrays in, arrays out."""
