"""The notebook's side: magics that parse, call and display, and how results look there."""
