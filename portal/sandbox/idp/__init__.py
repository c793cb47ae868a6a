"""An OpenID Connect provider that stands in for Cl@ve, with its three levels of assurance."""
