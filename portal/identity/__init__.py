"""Who somebody is: citizens through the issuer (Cl@ve stands behind it), staff with a second factor, and sessions."""
