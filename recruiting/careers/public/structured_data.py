"""A job as search engines read it: schema.org JobPosting, as JSON-LD.

What is known of readers: contracts of job boards, section 5. Real characters, since entities are not decoded; `<` as
\\u003c, so that no title ends the script; numbers as numbers; a country as its code in text.
"""

import json
from datetime import timedelta
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from recruiting.careers.models import Posting
from recruiting.careers.public import addresses, words
from recruiting.careers.public.selectors import Opening, Place, PublicSite

_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def script(site: PublicSite, opening: Opening) -> SafeString:
    """Return the one script element, of data, that a job's page has."""
    data = json.dumps(job_posting(site, opening), ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{data}</script>')


def job_posting(site: PublicSite, opening: Opening) -> dict[str, Any]:
    """Return a job as JobPosting; nothing but what its page says."""
    row = opening.row
    organization: dict[str, Any] = {
        "@type": "Organization",
        "name": site.name,
        "sameAs": addresses.absolute(addresses.list_path(site.handle)),
    }
    if site.logo:
        organization["logo"] = addresses.absolute(addresses.file_path(site.handle, site.logo_name))
    data: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": row.title,
        "description": str(words.html_of(opening.description)) or row.title,
        "identifier": {"@type": "PropertyValue", "name": site.name, "value": str(row.number)},
        "url": addresses.absolute(addresses.job_path(site.handle, row.number, row.title)),
        "datePosted": row.published_at.astimezone(site.zone).replace(microsecond=0).isoformat(),
        "hiringOrganization": organization,
        "directApply": True,
        "inLanguage": site.language,
    }
    if row.closes_at:
        # The last second in which people apply: readers that take only the date read the right one.
        last = (row.closes_at - timedelta(seconds=1)).astimezone(site.zone)
        data["validThrough"] = last.replace(microsecond=0).isoformat()
    if row.employment_type:
        data["employmentType"] = row.employment_type.upper()
    if row.openings > 1:
        data["totalJobOpenings"] = row.openings
    if addressed := [_place(each) for each in opening.places if each.city or each.region or each.country]:
        data["jobLocation"] = addressed[0] if len(addressed) == 1 else addressed
    if row.workplace == Posting.Workplace.REMOTE:
        data["jobLocationType"] = "TELECOMMUTE"
        if row.remote_countries:
            data["applicantLocationRequirements"] = [
                {"@type": "Country", "name": code} for code in row.remote_countries
            ]
    if row.pay_min is not None and row.pay_max is not None:
        data["baseSalary"] = {
            "@type": "MonetaryAmount",
            "currency": row.pay_currency,
            "value": {
                "@type": "QuantitativeValue",
                "minValue": float(row.pay_min),
                "maxValue": float(row.pay_max),
                "unitText": row.pay_period.upper(),
            },
        }
    return data


def _place(place: Place) -> dict[str, Any]:
    address = {
        "@type": "PostalAddress",
        "addressLocality": place.city,
        "addressRegion": place.region,
        "addressCountry": place.country,
    }
    return {"@type": "Place", "address": {name: value for name, value in address.items() if value}}
