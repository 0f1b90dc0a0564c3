"""A site's name, its address, and where its pages may lie."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from moderation.dashboard.entrance import owned
from moderation.dashboard.notices import Notice, tell
from moderation.dashboard.site_forms import GeneralForm
from moderation.dashboard.sites import site_page
from moderation.models import Site
from moderation.models.actor import Actor
from moderation.services.sites import InvalidSite, configure_site


@owned
@require_http_methods(["GET", "HEAD", "POST"])
def general(request: HttpRequest, actor: Actor, site: Site) -> HttpResponse:
    """Show what a site is called and where it lies; change it."""
    if request.method != "POST":
        now = {"name": site.name, "url": site.url, "origins": "\n".join(site.origins)}
        return site_page(request, site, "site_general.html", form=GeneralForm(initial=now))
    form = GeneralForm(request.POST)
    if form.is_valid():
        try:
            configure_site(site, **form.cleaned_data)
        except InvalidSite as error:
            form.add_error(error.field, str(error))
        else:
            tell(request, Notice(_("Saved.")))
            return HttpResponseRedirect(request.path, status=303)
    return site_page(request, site, "site_general.html", status=400, form=form)
