"""The addresses of this part of the desk."""

from __future__ import annotations

from django.urls import path

from . import bundles, choosing, finding, forms, sendings, viewer, wordings

urlpatterns = [
    path("", finding.search, name="desk_papers"),
    path("<int:document_id>/", viewer.view, name="desk_paper"),
    path("<int:document_id>/pages/<int:number>/", viewer.picture, name="desk_paper_page"),
    path("<int:document_id>/word/", viewer.word, name="desk_paper_word"),
    path("print/", bundles.index, name="desk_bundles"),
    path("print/choose/", choosing.choose, name="desk_bundle_choose"),
    path("print/<int:bundle_id>/", bundles.bundle, name="desk_bundle"),
    path("print/<int:bundle_id>/progress/", bundles.progress, name="desk_bundle_progress"),
    path("print/<int:bundle_id>/file/", bundles.file, name="desk_bundle_file"),
    path("forms/<int:case_id>/", forms.fill, name="desk_paper_form"),
    path("sendings/", sendings.index, name="desk_sendings"),
    path("sendings/wording/", wordings.wording, name="desk_wording"),
    path("sendings/<int:sending_id>/", sendings.sending, name="desk_sending"),
]
