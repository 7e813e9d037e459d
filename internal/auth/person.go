package auth

import (
	"context"
	"fmt"
	"strings"

	"entente"
)

// person is who signed in at the provider.
type person struct {
	subject string // "issuer|sub"
	claims  map[string]any
}

// admit finds or makes the account of a person and returns it. The link is the
// subject alone: a name or an address that is the same proves nothing. A role
// that the provider names is taken over.
func (s *Service) admit(ctx context.Context, p person, from string) (Account, error) {
	o := s.provider.settings
	refuse := func(who, why string) (Account, error) {
		if err := s.audit.Record(ctx, Entry{Action: SignIn, Object: who, Outcome: Refused, Detail: why + ", " + from}); err != nil {
			return Account{}, err
		}
		return Account{}, &entente.Error{Kind: entente.Denied, Op: "sign-in", Msg: "the provider knows you, but you may not come in here", Hint: "ask an admin for access"}
	}
	a, err := s.store.AccountBySubject(ctx, p.subject)
	known := err == nil
	if !known && entente.KindOf(err) != entente.NotFound {
		return Account{}, err
	}
	if known && a.Disabled {
		return refuse(a.Name, "disabled")
	}
	role := o.role(p.claims)
	switch {
	case o.RoleClaim != "" && role == "":
		return refuse(a.Name, "the provider gives "+quote(p.subject)+" no role here")
	case !known && !o.Create:
		return refuse("", "no account is linked to "+quote(p.subject))
	case !known:
		if a, err = s.createFor(ctx, p, orElse(role, Reader)); err != nil {
			return Account{}, err
		}
	case role != "" && role != a.Role:
		if err := s.setRole(With(ctx, Principal{Name: a.Name}), a.Name, role, ", as the provider says"); err != nil {
			return Account{}, err
		}
		if a, err = s.store.Account(ctx, a.Name); err != nil {
			return Account{}, err
		}
	}
	return a, s.audit.Record(ctx, Entry{Who: a.Name, Action: SignIn, Object: a.Name, Outcome: OK, Detail: "at the provider, " + from})
}

// createFor makes the account of a person under the first free name.
func (s *Service) createFor(ctx context.Context, p person, role Role) (Account, error) {
	base := p.name(orElse(s.provider.settings.NameClaim, "preferred_username"))
	for i := 1; i <= 100; i++ {
		name := base
		if i > 1 {
			name = fmt.Sprintf("%s-%d", base, i)
		}
		a, err := s.CreateAccount(With(ctx, Principal{Name: name}), NewAccount{Name: name, Role: role, Subject: p.subject})
		if entente.KindOf(err) != entente.Conflict {
			return a, err
		}
		// Another request of the same person may have been faster.
		if a, err := s.store.AccountBySubject(ctx, p.subject); err == nil {
			return a, nil
		}
	}
	return Account{}, &entente.Error{Kind: entente.Conflict, Op: "sign-in", Msg: "no free name was found for the new account", Hint: "an admin can make the account and link it"}
}

// name makes an account's name out of a claim: what stands before an @, with
// the characters that names have. Without a usable claim it is made from the
// subject.
func (p person) name(claim string) string {
	text, _ := p.claims[claim].(string)
	text, _, _ = strings.Cut(strings.ToLower(text), "@")
	text = strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || strings.ContainsRune("._-", r) {
			return r
		}
		return '-'
	}, text), "._-")
	if len(text) > MaxName-4 { // room for "-100"
		text = strings.TrimRight(text[:MaxName-4], "._-")
	}
	if CheckName(text) != nil {
		return "user-" + tokenHash(p.subject)[:12]
	}
	return text
}

// role is the most trusted role that the claims give, or Default; "" when the
// settings name no claim or nothing matches.
func (o OIDC) role(claims map[string]any) Role {
	if o.RoleClaim == "" {
		return ""
	}
	best := Role("")
	for _, value := range texts(claimAt(claims, o.RoleClaim)) {
		if r, ok := o.Roles[value]; ok && (best == "" || r.AtLeast(best)) {
			best = r
		}
	}
	return orElse(best, o.Default)
}

// claimAt finds a claim by its name, or by a path with points into objects
// ("realm_access.roles").
func claimAt(claims map[string]any, path string) any {
	if v, ok := claims[path]; ok {
		return v
	}
	first, rest, more := strings.Cut(path, ".")
	if inner, ok := claims[first].(map[string]any); ok && more {
		return claimAt(inner, rest)
	}
	return nil
}

// texts is a text, or the texts of a list.
func texts(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var out []string
		for _, x := range v {
			if s, ok := x.(string); ok {
				out = append(out, s)
			}
		}
		return out
	}
	return nil
}

// quote shows a subject in an entry, shortened.
func quote(subject string) string {
	if len(subject) > 200 {
		subject = strings.ToValidUTF8(subject[:200], "") + "…"
	}
	return `"` + subject + `"`
}
