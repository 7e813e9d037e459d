package desk

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
)

// doneCookie carries what was just done over the redirect to the next page.
const doneCookie = "entente_done"

// The bounds of what the cookie carries. It is shown as words of the catalogue,
// escaped like all other text, so that a foreign value could only be odd.
const (
	maxDone     = 2000
	maxDoneArgs = 8
)

// Done answers a POST: it leads on to an address of this server, where the
// message of the key "done.KEY" is shown once, with arguments as in
// message.Catalogue.Lookup.
func (c *Call) Done(to, key string, args ...any) error {
	b, err := json.Marshal(append([]any{key}, args...))
	if err != nil {
		return err
	}
	if value := base64.RawURLEncoding.EncodeToString(b); len(value) <= maxDone {
		c.cookie(value, 60)
	}
	http.Redirect(c.W, c.R, to, http.StatusSeeOther)
	return nil
}

func (c *Call) cookie(value string, age int) {
	secure := c.Desk.Config.Secure()
	http.SetCookie(c.W, &http.Cookie{
		Name: doneName(secure), Value: value, Path: "/", MaxAge: age, HttpOnly: true, Secure: secure, SameSite: http.SameSiteStrictMode,
	})
}

func doneName(secure bool) string {
	if secure {
		return "__Host-" + doneCookie
	}
	return doneCookie
}

// takeDone reads the message and forgets it.
func (c *Call) takeDone() string {
	cookie, err := c.R.Cookie(doneName(c.Desk.Config.Secure()))
	if err != nil {
		return ""
	}
	c.cookie("", -1)
	b, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	var list []any
	if err != nil || len(cookie.Value) > maxDone || json.Unmarshal(b, &list) != nil || len(list) == 0 || len(list) > 1+maxDoneArgs {
		return ""
	}
	key, _ := list[0].(string)
	for i, v := range list {
		if f, ok := v.(float64); ok { // JSON has one kind of number; plural forms need whole ones
			list[i] = int(f)
		}
	}
	if words, err := c.T.Lookup("done."+key, list[1:]...); err == nil && !strings.ContainsAny(key, " ") {
		return words
	}
	return ""
}
