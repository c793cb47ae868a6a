"""The routes, a module a resource; `ALL` is what the app registers, in the order of the document."""

from case_api.http.views import agenda, care, consents, documents, record, rights, webhooks

ALL = tuple(each.blueprint for each in (record, documents, care, agenda, consents, rights, webhooks))
