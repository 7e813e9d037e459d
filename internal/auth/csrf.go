package auth

import (
	"net/http"

	"entente"
)

// SameOrigin turns away requests that another site's page sends to change
// something here (cross-site request forgery), by the headers Sec-Fetch-Site and
// Origin that browsers set themselves. It has no exceptions. GET, HEAD and
// OPTIONS pass, so nothing may change on them. It goes around the whole site.
func (c Config) SameOrigin(fail Fail) (func(http.Handler) http.Handler, error) {
	guard := http.NewCrossOriginProtection()
	if c.Proxy != "" { // behind which the Host header may be another
		if err := guard.AddTrustedOrigin(c.Proxy); err != nil {
			return nil, &entente.Error{Kind: entente.Invalid, Op: "serve", Place: "proxy", Msg: "not an origin", Err: err}
		}
	}
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fail(w, r, http.StatusForbidden, &entente.Error{
			Kind: entente.Denied, Op: "serve", Msg: "another site sent this request",
			Hint: "open the page here and try again",
		})
	}))
	return guard.Handler, nil
}
