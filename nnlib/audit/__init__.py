"""The audit: what the report claims, and gradients with replaced lines, the report's among them."""
