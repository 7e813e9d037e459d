package auth_test

import (
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"entente"
	"entente/internal/auth"
)

func TestAccounts(t *testing.T) {
	c := newClock()
	s, store := newService(t, patient, c.now)
	ctx := auth.With(t.Context(), auth.Local())
	_, err := s.CreateAccount(ctx, auth.NewAccount{Name: "chief", Role: auth.Admin, Password: good})
	must(t, err)
	_, err = s.CreateAccount(ctx, auth.NewAccount{Name: "legal-2", Role: auth.Reader, Password: good})
	must(t, err)
	for _, bad := range []auth.NewAccount{
		{Name: "local", Role: auth.Reader, Password: good},
		{Name: "x", Role: "root", Password: good},
		{Name: "x", Role: auth.Visitor, Password: good},
		{Name: "x", Role: auth.Reader, Password: "short"},
		{Name: "x", Role: auth.Reader, Subject: "no issuer"},
	} {
		_, err := s.CreateAccount(ctx, bad)
		wantKind(t, err, entente.Invalid)
	}
	_, err = s.CreateAccount(ctx, auth.NewAccount{Name: "chief", Role: auth.Reader, Password: good})
	wantKind(t, err, entente.Conflict)

	must(t, s.SetRole(ctx, "legal-2", auth.Coder))
	must(t, s.SetRole(ctx, "legal-2", auth.Coder)) // again: nothing to record
	must(t, s.SetPassword(ctx, "legal-2", other))
	must(t, s.SetDisabled(ctx, "legal-2", true))
	must(t, s.SetDisabled(ctx, "legal-2", false))
	must(t, s.SetSubject(ctx, "legal-2", "https://login.example|7"))
	wantKind(t, s.SetSubject(ctx, "chief", "https://login.example|7"), entente.Conflict)
	must(t, s.SetSubject(ctx, "legal-2", ""))
	must(t, s.SignOutEverywhere(ctx, "legal-2"))
	wantKind(t, s.SetRole(ctx, "nobody", auth.Coder), entente.NotFound)
	wantKind(t, s.SetRole(ctx, "legal-2", "boss"), entente.Invalid)

	a, err := store.Account(t.Context(), "legal-2")
	must(t, err)
	if a.Epoch != 8 { // 1, and seven changes that end sessions
		t.Errorf("epoch %d, want 8", a.Epoch)
	}
	want := []string{
		"local/manage-accounts/chief/ok/created with the role admin",
		"local/manage-accounts/legal-2/ok/created with the role reader",
		"local/manage-accounts/legal-2/ok/role reader to coder",
		"local/manage-accounts/legal-2/ok/password set",
		"local/manage-accounts/legal-2/ok/disabled",
		"local/manage-accounts/legal-2/ok/enabled",
		"local/manage-accounts/legal-2/ok/linked to the provider",
		"local/manage-accounts/legal-2/ok/unlinked from the provider",
		"local/sign-out/legal-2/ok/everywhere",
	}
	if d := cmp.Diff(want, entriesOf(t, s)); d != "" {
		t.Error(d)
	}
}

func TestTheLastAdminStays(t *testing.T) {
	c := newClock()
	s, _ := newService(t, patient, c.now)
	account(t, s, "chief", auth.Admin)
	account(t, s, "coder", auth.Coder)
	wantKind(t, s.SetRole(t.Context(), "chief", auth.Editor), entente.Conflict)
	wantKind(t, s.SetDisabled(t.Context(), "chief", true), entente.Conflict)
	must(t, s.SetDisabled(t.Context(), "coder", true)) // others may go
	account(t, s, "deputy", auth.Admin)
	must(t, s.SetDisabled(t.Context(), "deputy", true))
	wantKind(t, s.SetRole(t.Context(), "chief", auth.Editor), entente.Conflict) // a disabled admin is none
	must(t, s.SetDisabled(t.Context(), "deputy", false))
	must(t, s.SetRole(t.Context(), "chief", auth.Editor))
}

func TestChangePassword(t *testing.T) {
	c := newClock()
	s, store := newService(t, patient, c.now)
	account(t, s, "fine", auth.Reader)
	wantKind(t, s.ChangePassword(t.Context(), "fine", other, "another long one", office), entente.Denied)
	wantKind(t, s.ChangePassword(t.Context(), "fine", good, "short", office), entente.Invalid)
	a, err := store.Account(t.Context(), "fine")
	must(t, err)
	if a.Failed != 1 {
		t.Errorf("%d failures, want 1: guessing the old password must count", a.Failed)
	}
	must(t, s.ChangePassword(t.Context(), "fine", good, other, office))
	wantKind(t, second(s.SignIn(t.Context(), "fine", good, office)), entente.Denied)
	must(t, second(s.SignIn(t.Context(), "fine", other, office)))
}

// TestRacingFailuresAreAllCounted: wrong passwords at the same moment do not
// overwrite each other's count.
func TestRacingFailuresAreAllCounted(t *testing.T) {
	c := newClock()
	s, store := newService(t, patient, c.now)
	account(t, s, "fine", auth.Reader)
	var wg sync.WaitGroup
	for range 4 { // below the lock
		wg.Go(func() {
			if _, err := s.SignIn(t.Context(), "fine", other, office); entente.KindOf(err) != entente.Denied {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	a, err := store.Account(t.Context(), "fine")
	must(t, err)
	if a.Failed != 4 {
		t.Errorf("%d failures, want 4", a.Failed)
	}
}
