package auth

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"entente"
)

// flowLife is how long a person may take at the provider.
const flowLife = 10 * time.Minute

// flow is a sign-in at the provider that is under way. It is kept in the store
// under the hash of a secret in a cookie of its own, so that the answer is taken
// once only and from the browser that began.
type flow struct {
	State    string `json:"state"`
	Nonce    string `json:"nonce"`
	Verifier string `json:"verifier"` // PKCE, RFC 7636
	Next     string `json:"next"`
}

// flowID is where a flow is kept. The prefix keeps it apart from sessions: the
// hash of a session's secret has none.
func flowID(secret string) string { return "oidc:" + tokenHash(secret) }

// start sends the browser to the provider.
func (d desk) start(w http.ResponseWriter, r *http.Request) {
	if err := readForm(w, r); err != nil {
		d.show(w, r, StatusOf(err), "/", err)
		return
	}
	next := SafeNext(r.PostForm.Get("next"))
	to, err := d.begin(w, r, next)
	if err != nil {
		d.show(w, r, StatusOf(err), next, err)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// begin keeps a new flow and returns the provider's address for it.
func (d desk) begin(w http.ResponseWriter, r *http.Request, next string) (string, error) {
	if err := d.addresses.allow(addressKey(d.config.ClientAddr(r)), d.now()); err != nil {
		return "", err
	}
	found, err := d.provider.discover(r.Context())
	if err != nil {
		return "", err
	}
	var drawn [4]string
	for i := range drawn {
		if drawn[i], err = d.secret(32); err != nil {
			return "", err
		}
	}
	f := flow{State: drawn[1], Nonce: drawn[2], Verifier: drawn[3], Next: next}
	data, err := json.Marshal(f)
	if err != nil {
		return "", err
	}
	row := Session{ID: flowID(drawn[0]), Data: data, Expires: d.stamp().Add(flowLife)}
	if err := d.store.SaveSession(r.Context(), row); err != nil {
		return "", err
	}
	d.setFlow(w, drawn[0], int(flowLife/time.Second))
	return found.oauth.AuthCodeURL(f.State, oidc.Nonce(f.Nonce), oauth2.S256ChallengeOption(f.Verifier)), nil
}

// setFlow sets the cookie of a flow, or removes it with an age below 0.
func (d desk) setFlow(w http.ResponseWriter, value string, age int) {
	http.SetCookie(w, &http.Cookie{
		Name: cookieName(flowCookie, d.config.Secure()), Value: value, Path: "/", MaxAge: age,
		Secure: d.config.Secure(), HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// callback takes the provider's answer and signs in.
func (d desk) callback(w http.ResponseWriter, r *http.Request) {
	d.setFlow(w, "", -1)
	f, err := d.take(r)
	if err != nil {
		d.show(w, r, StatusOf(err), "/", err)
		return
	}
	from := "from " + d.config.ClientAddr(r).String()
	who, err := d.answer(r, f)
	if err != nil {
		if cause, ok := errors.AsType[*notAccepted](err); ok {
			e := Entry{Action: SignIn, Outcome: Failed, Detail: "at the provider: " + cause.why + ", " + from}
			if fault := d.audit.Record(r.Context(), e); fault != nil {
				err = fault
			}
		}
		d.show(w, r, StatusOf(err), f.Next, err)
		return
	}
	a, err := d.admit(r.Context(), who, from)
	if err == nil {
		err = d.sessions.begin(w, r, a, ViaOIDC)
	}
	if err != nil {
		d.show(w, r, StatusOf(err), f.Next, err)
		return
	}
	http.Redirect(w, r, SafeNext(f.Next), http.StatusSeeOther)
}

// take ends the flow that the browser's cookie names and returns it. A second
// answer finds nothing, however close it follows.
func (d desk) take(r *http.Request) (flow, error) {
	stale := &entente.Error{Kind: entente.Denied, Op: "sign-in", Msg: "this sign-in was not begun in this browser, is too old, or is done already", Hint: "begin again"}
	c, err := r.Cookie(cookieName(flowCookie, d.config.Secure()))
	if err != nil || c.Value == "" {
		return flow{}, stale
	}
	row, found, err := d.store.FindSession(r.Context(), flowID(c.Value), d.stamp())
	if err != nil {
		return flow{}, err
	}
	if !found {
		return flow{}, stale
	}
	was, err := d.store.DeleteSession(r.Context(), row.ID)
	if err != nil {
		return flow{}, err
	}
	var f flow
	if !was || json.Unmarshal(row.Data, &f) != nil || f.State == "" {
		return flow{}, stale
	}
	if subtle.ConstantTimeCompare([]byte(f.State), []byte(r.URL.Query().Get("state"))) != 1 {
		return flow{}, stale
	}
	return f, nil
}

// notAccepted is the cause of a sign-in that failed at the provider. why is one
// of a few fixed texts.
type notAccepted struct{ why string }

// Error names the reason.
func (n *notAccepted) Error() string { return n.why }

// refusal is the error for it.
func refusal(why string) error {
	return &entente.Error{
		Kind: entente.Denied, Op: "sign-in", Msg: "the provider's answer was not accepted", Hint: "begin again; if it stays so, tell an admin",
		Err: &notAccepted{why},
	}
}

// codeOnly is what an error code of a provider looks like (RFC 6749, 4.1.2.1).
var codeOnly = regexp.MustCompile(`^[a-z_]{1,40}$`)

// answer exchanges the code for an ID token and checks it: signature, issuer,
// audience, authorised party, time and nonce.
func (d desk) answer(r *http.Request, f flow) (person, error) {
	q := r.URL.Query()
	if code := q.Get("error"); code != "" {
		if !codeOnly.MatchString(code) {
			code = "unknown error"
		}
		return person{}, refusal("it said " + code)
	}
	if iss := q.Get("iss"); iss != "" && iss != d.provider.settings.Issuer { // RFC 9207
		return person{}, refusal("it came from another issuer")
	}
	found, err := d.provider.discover(r.Context())
	if err != nil {
		return person{}, err
	}
	ctx, stop := context.WithTimeout(oidc.ClientContext(r.Context(), d.provider.client), providerPatience)
	defer stop()
	tokens, err := found.oauth.Exchange(ctx, q.Get("code"), oauth2.VerifierOption(f.Verifier))
	if err != nil {
		return person{}, refusal("it did not exchange the code")
	}
	raw, ok := tokens.Extra("id_token").(string)
	if !ok {
		return person{}, refusal("it sent no ID token")
	}
	id, err := found.verifier.Verify(ctx, raw)
	if _, expired := errors.AsType[*oidc.TokenExpiredError](err); expired {
		return person{}, refusal("the ID token is expired")
	}
	if err != nil {
		return person{}, refusal("the ID token is not valid")
	}
	if f.Nonce == "" || subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(f.Nonce)) != 1 {
		return person{}, refusal("the ID token has another nonce")
	}
	claims := map[string]any{}
	if err := id.Claims(&claims); err != nil || id.Subject == "" {
		return person{}, refusal("the ID token names nobody")
	}
	// OpenID Connect Core 1.0, 3.1.3.7, steps 4 and 5.
	party, _ := claims["azp"].(string)
	if party != "" && party != d.provider.settings.ClientID || party == "" && len(id.Audience) > 1 {
		return person{}, refusal("the ID token is for another party")
	}
	return person{subject: id.Issuer + "|" + id.Subject, claims: claims}, nil
}
