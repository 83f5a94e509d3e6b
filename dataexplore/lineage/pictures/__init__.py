"""Still pictures of a lineage: one scene, drawn by matplotlib or written as SVG."""
