"""Tools for whoever builds or tries Throughline: never imported by the product, and absent in production.

`launch` sets up and runs a site, `sandbox` plays the vendors, `demo` makes a company to try them with, `styleguide`
shows every component. `python -m devtools COMMAND` is `manage.py` with these beside the product.
"""
