"""Everything that touches Streamlit and is not a page: frame, controls, link and view, runs, components."""
