"""What kind of page a login has come to. Used while signing in and never on work pages.

One function in the page looks at the fields that are really shown, through open shadow roots. No text leaves the page:
what it says of a refused password or code becomes one of a few words. The field that was recognised is handed out
together with its document's origin, so that what is typed can only land where the origin was read.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Final

from playwright.async_api import ElementHandle, Error, Page

_CAP: Final = 12.0
"""Seconds after which a page that keeps changing, or does not change, is taken as it is."""

_LOOK: Final = r"""() => {
  const all = (root, out = []) => {
    for (const e of root.querySelectorAll('*')) { out.push(e); if (e.shadowRoot) all(e.shadowRoot, out); }
    return out;
  };
  const shown = e => {
    const box = e.getBoundingClientRect(), style = getComputedStyle(e);
    return box.width > 1 && box.height > 1 && style.visibility !== 'hidden' && !e.disabled && !e.readOnly;
  };
  const everything = all(document);
  const inputs = everything.filter(e => e.tagName === 'INPUT' && shown(e));
  const typed = inputs.filter(e => ['text', 'tel', 'number', 'email', 'password'].includes(e.type));
  const auto = e => (e.getAttribute('autocomplete') || '').toLowerCase();
  const words = e => [...(e.labels || [])].map(l => l.textContent)
    .concat([e.getAttribute('aria-label'), e.placeholder, e.name, e.id]).join(' ').toLowerCase();
  const text = document.body ? document.body.innerText.toLowerCase() : '';
  const code = typed.find(e => auto(e).includes('one-time-code')) || typed.find(e => e.type !== 'password' &&
    /one.?time|passcode|authenticat(or|ion) (app )?code|verification code|security code|\botc\b|\botp\b/
      .test(words(e)));
  const password = typed.find(e => e.type === 'password' && e !== code);
  const user = typed.find(e => e !== code && e !== password && (auto(e).includes('username') || e.type === 'email' ||
    /user|e-?mail|log.?in|account/.test(words(e))));
  const captcha = everything.some(e => (e.tagName === 'IFRAME' && /recaptcha|hcaptcha|turnstile|arkose/.test(e.src)) ||
    e.matches('.g-recaptcha, .h-captcha, .cf-turnstile'));
  const kind = captcha ? 'captcha' : code ? 'code' : password ? 'password' : user ? 'username' :
    /passkey|security key/.test(text) ? 'passkey' : /approve|push notification/.test(text) ? 'push' : 'other';
  const trouble = /too many|locked|temporarily blocked/.test(text) ? 'locked' : /expired|too late/.test(text) ?
    'expired' : /already (been )?used/.test(text) ? 'used' :
    /wrong|incorrect|invalid|failed|did ?n[o']t match|not recognized/.test(text) ? 'wrong' : '';
  const field = kind === 'code' ? code : kind === 'password' ? password : kind === 'username' ? user : null;
  // The button of the form that holds the field, never another way of signing in.
  const buttons = field && field.form ? [...field.form.elements].filter(e => e.type === 'submit' && shown(e) &&
    !/\bwith\b|passkey|google|microsoft|sso|resend|new code|cancel/.test((e.textContent + e.value).toLowerCase())) : [];
  return {kind, trouble, field, user: user || null, button: buttons[0] || null, origin: location.origin,
    path: location.pathname, born: performance.timeOrigin};
}"""


@dataclass(frozen=True)
class View:
    """A page as it was at one moment."""

    kind: str
    """captcha, code, password, username, passkey, push or other."""
    trouble: str
    """locked, expired, used, wrong, or nothing; worth something only right after a form was sent."""
    origin: str
    path: str
    born: float
    """When its document was made: the same page shown again is another document."""
    field: ElementHandle | None
    user: ElementHandle | None
    button: ElementHandle | None

    @property
    def sign(self) -> tuple[str, str, str, str, float]:
        return self.kind, self.trouble, self.origin, self.path, self.born


async def look(page: Page) -> View:
    """Raises playwright's Error while the page is between two documents."""
    found = await page.evaluate_handle(_LOOK)
    parts = await found.get_properties()
    plain = {name: await parts[name].json_value() for name in ("kind", "trouble", "origin", "path", "born")}
    return View(
        **plain,
        field=parts["field"].as_element(),
        user=parts["user"].as_element(),
        button=parts["button"].as_element(),
    )


async def settled(page: Page, before: View | None = None) -> View:
    """The page once two looks agree and, after a form was sent, once it is not ``before`` any more; at most 12 s.

    Never waits for the network to be idle: a page that polls never is.
    """
    end, last = time.monotonic() + _CAP, None
    while True:
        try:
            view = await look(page)
        except Error:
            view = None
            if page.is_closed() or time.monotonic() > end:
                raise
        if view is not None:
            same = last is not None and last.sign == view.sign
            moved = before is None or before.sign != view.sign
            if (same and moved) or time.monotonic() > end:
                return view
        last = view
        await asyncio.sleep(0.1)
