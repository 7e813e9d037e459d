package auth

import (
	"context"
	"fmt"
	"slices"

	"entente"
)

// Via says how a principal became known.
type Via string

// The closed list of ways.
const (
	ViaNothing Via = ""        // nobody has signed in
	ViaLocal   Via = "local"   // single user on this machine, or the command line
	ViaSession Via = "session" // signed in with a password
	ViaOIDC    Via = "oidc"    // signed in at an OpenID Connect provider
	ViaToken   Via = "token"   // API token
)

// LocalName is the name of the single user without an account.
const LocalName = "local"

// Principal is who asks.
type Principal struct {
	Name   string  // account name; "" when nobody has signed in
	Role   Role    // what the account may do at most
	Via    Via     // how the principal became known
	Scopes []Scope // what an API token narrows the role to; used with ViaToken only
}

// Local is the single user of a server on loopback without accounts, and who
// works at the command line beside the store.
func Local() Principal { return Principal{Name: LocalName, Role: Admin, Via: ViaLocal} }

// Known tells whether somebody has signed in.
func (p Principal) Known() bool { return p.Name != "" }

// May tells whether the principal may do the action: the role must allow it,
// and for an API token one of its scopes too. What a visitor may do, everybody
// may.
func (p Principal) May(action Action) bool {
	if !Allowed(p.Role, action) {
		return false
	}
	if p.Via != ViaToken || Allowed(Visitor, action) {
		return true
	}
	rule, _ := ruleOf(action)
	return rule.Scope != "" && slices.Contains(p.Scopes, rule.Scope)
}

// key carries a Principal in a context.
type key struct{}

// With returns a context that carries the principal.
func With(ctx context.Context, p Principal) context.Context {
	return context.WithValue(ctx, key{}, p)
}

// From returns the principal of a context; without one, a visitor.
func From(ctx context.Context) Principal {
	if p, ok := ctx.Value(key{}).(Principal); ok {
		return p
	}
	return Principal{Role: Visitor}
}

// Need returns nil when the principal of the context may do the action, else an
// error of kind Denied. It is for a rule inside a handler that the address
// alone does not decide; addresses are guarded by Gate.Require.
func Need(ctx context.Context, action Action) error {
	if p := From(ctx); !p.May(action) {
		return denied(p, action)
	}
	return nil
}

// denied is the refusal of a principal who is known, or not.
func denied(p Principal, action Action) error {
	rule, ok := ruleOf(action)
	e := &entente.Error{Kind: entente.Denied, Op: string(action)}
	switch {
	case !ok:
		e.Kind, e.Msg = entente.Internal, fmt.Sprintf("there is no action %q", action)
	case !p.Known():
		e.Msg, e.Hint = "this needs an account: "+rule.What, "sign in first"
	case !Allowed(p.Role, action):
		e.Msg = fmt.Sprintf("the role %s may not %s", p.Role, rule.What)
		e.Hint = fmt.Sprintf("it needs the role %s; an admin can give it", rule.From)
	case rule.Scope == "":
		e.Msg, e.Hint = "an API token may never "+rule.What, "sign in with the account"
	default:
		e.Msg = "this API token may not " + rule.What
		e.Hint = fmt.Sprintf("make a token with the scope %s", rule.Scope)
	}
	return e
}
