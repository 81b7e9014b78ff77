"""What knows Streamlit: the shell around pages, forms from specs, links, live canvases."""
