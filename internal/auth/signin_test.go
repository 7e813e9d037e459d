package auth_test

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"entente"
	"entente/internal/auth"
	"entente/internal/auth/authtest"
)

// patient are rates that no test of something else meets.
var patient = auth.Config{Address: auth.Rate{Burst: 1000, Every: time.Second}, Account: auth.Rate{Burst: 1000, Every: time.Second}}

func TestSignIn(t *testing.T) {
	c := newClock()
	s, _ := newService(t, patient, c.now)
	account(t, s, "legal-2", auth.Editor)
	a, err := s.SignIn(t.Context(), " Legal-2 ", good, office)
	must(t, err)
	if a.Name != "legal-2" || a.Role != auth.Editor {
		t.Errorf("signed in as %+v", a)
	}
	want := []string{
		"/manage-accounts/legal-2/ok/created with the role editor",
		"legal-2/sign-in/legal-2/ok/from 192.0.2.7",
	}
	if d := cmp.Diff(want, entriesOf(t, s)); d != "" {
		t.Error(d)
	}
}

// TestAllRefusalsAreOne: unknown, wrong, disabled, locked, without a password:
// one message, one hash each.
func TestAllRefusalsAreOne(t *testing.T) {
	c := newClock()
	s, store := newService(t, patient, c.now)
	for _, name := range []string{"fine", "disabled", "locked"} {
		account(t, s, name, auth.Reader)
	}
	_, err := s.CreateAccount(t.Context(), auth.NewAccount{Name: "oidc-only", Role: auth.Reader, Subject: "https://x.example|1"})
	must(t, err)
	must(t, s.SetDisabled(t.Context(), "disabled", true))
	locked, err := store.Account(t.Context(), "locked")
	must(t, err)
	locked.LockedUntil = c.now().Add(time.Minute)
	must(t, store.UpdateAccount(t.Context(), locked))

	hashes := 0
	s.CountHashes(func() { hashes++ })
	said := ""
	for _, attempt := range []struct{ name, password, outcome string }{
		{"nobody", good, "failed"},
		{"", good, "failed"},
		{"no name, but a sentence \x00", good, "failed"},
		{strings.Repeat("x", 100_000), good, "failed"},
		{"fine", other, "failed"},
		{"fine", "", "failed"},
		{"fine", strings.Repeat("x", 2000), "failed"},
		{"disabled", good, "refused"},
		{"locked", good, "locked"},
		{"oidc-only", good, "failed"},
		{"oidc-only", "", "failed"},
	} {
		hashes = 0
		_, err := s.SignIn(t.Context(), attempt.name, attempt.password, office)
		wantKind(t, err, entente.Denied)
		if said == "" {
			said = fmt.Sprint(err)
		}
		if fmt.Sprint(err) != said {
			t.Errorf("%.20q: says %q, others %q", attempt.name, err, said)
		}
		if hashes != 1 {
			t.Errorf("%.20q: %d hashes, want 1", attempt.name, hashes)
		}
		list, err := s.Audit().Entries(t.Context(), auth.EntryFilter{Limit: 1})
		must(t, err)
		if string(list[0].Outcome) != attempt.outcome || list[0].Who != "" {
			t.Errorf("%.20q: entry %+v, want outcome %s and nobody as who did it", attempt.name, list[0], attempt.outcome)
		}
	}
}

// TestFailuresTakeTheirTime: a refusal comes no earlier than its floor, so that
// the store's work does not tell names apart.
func TestFailuresTakeTheirTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := authtest.New()
		s, err := auth.New(store, patient, auth.Deps{Argon: cheap})
		must(t, err)
		account(t, s, "fine", auth.Reader)
		for _, name := range []string{"fine", "nobody"} {
			start := time.Now()
			_, err := s.SignIn(t.Context(), name, other, office)
			wantKind(t, err, entente.Denied)
			if d := time.Since(start); d != 500*time.Millisecond { // the documented floor
				t.Errorf("%s: refused after %s, want 500ms", name, d)
			}
		}
		start := time.Now()
		_, err = s.SignIn(t.Context(), "fine", good, office)
		must(t, err)
		if d := time.Since(start); d != 0 {
			t.Errorf("a right password waited %s", d)
		}
	})
}

// TestLockOut follows the documented times: five wrong ones, one minute, then
// doubled up to an hour; the right password lifts it all.
func TestLockOut(t *testing.T) {
	for n, want := range map[int]time.Duration{
		0: 0, 4: 0, 5: time.Minute, 6: 2 * time.Minute, 7: 4 * time.Minute, 10: 32 * time.Minute, 11: time.Hour, 12: time.Hour, 1 << 30: time.Hour,
	} {
		if got := auth.LockFor(n); got != want {
			t.Errorf("after %d wrong ones locked for %s, want %s", n, got, want)
		}
	}
	c := newClock()
	s, store := newService(t, patient, c.now)
	account(t, s, "fine", auth.Reader)
	try := func(password string) error {
		_, err := s.SignIn(t.Context(), "fine", password, office)
		return err
	}
	for range 5 {
		wantKind(t, try(other), entente.Denied)
	}
	wantKind(t, try(good), entente.Denied) // locked
	for range 20 {
		wantKind(t, try(other), entente.Denied) // does not count while it is locked
	}
	a, err := store.Account(t.Context(), "fine")
	must(t, err)
	if a.Failed != 5 || !a.LockedUntil.Equal(c.now().Add(time.Minute)) {
		t.Errorf("%d failures, locked until %s", a.Failed, a.LockedUntil)
	}
	c.pass(time.Minute)
	wantKind(t, try(other), entente.Denied) // the sixth
	c.pass(2*time.Minute - time.Microsecond)
	wantKind(t, try(good), entente.Denied)
	c.pass(time.Microsecond)
	must(t, try(good))
	a, err = store.Account(t.Context(), "fine")
	must(t, err)
	if a.Failed != 0 || !a.LockedUntil.IsZero() {
		t.Errorf("after the right password: %+v", a)
	}
	for range 5 {
		wantKind(t, try(other), entente.Denied)
	}
	must(t, s.Unlock(t.Context(), "fine"))
	must(t, try(good))
}

func TestRates(t *testing.T) {
	c := newClock()
	s, _ := newService(t, auth.Config{Address: auth.Rate{Burst: 4, Every: 10 * time.Second}, Account: auth.Rate{Burst: 3, Every: 20 * time.Second}}, c.now)
	account(t, s, "fine", auth.Reader)
	account(t, s, "b", auth.Reader)
	limited := func(name string, from netip.Addr, want time.Duration) {
		t.Helper()
		_, err := s.SignIn(t.Context(), name, good, from)
		l, is := errors.AsType[*auth.Limited](err)
		switch {
		case want == 0 && err != nil:
			t.Errorf("%s: %v", name, err)
		case want != 0 && (!is || l.Wait.Round(time.Second) != want || auth.StatusOf(err) != 429):
			t.Errorf("%s: %v, want to wait %s", name, err, want)
		}
	}
	for range 3 {
		limited("fine", office, 0)
	}
	limited("fine", home, 20*time.Second)   // this account, from anywhere
	limited("b", office, 0)                 // the fourth of the address
	limited("b", office, 10*time.Second)    // the fifth
	limited("none", office, 10*time.Second) // whatever the name
	limited("b", home, 0)
	c.pass(20 * time.Second)
	limited("fine", office, 0)
	limited("fine", office, 20*time.Second) // the address has one left, the account none
}

func TestLimiterForgetsTheQuietest(t *testing.T) {
	now := newClock().now()
	allow, size := auth.Allow(auth.Rate{Burst: 1, Every: time.Hour}, 3)
	must(t, allow("a", now))
	for i := range 1000 { // each new one drives out another, never "a", which keeps asking
		must(t, allow(fmt.Sprint(i), now))
		if allow("a", now) == nil {
			t.Fatal("a busy key was forgotten")
		}
	}
	if size() != 6 { // three keys in the map and in the list
		t.Errorf("size %d, want 6", size())
	}
}

func TestAddressKey(t *testing.T) {
	for in, want := range map[string]string{
		"192.0.2.7":               "192.0.2.7",
		"::ffff:192.0.2.7":        "192.0.2.7",
		"2001:db8:1:2:3:4:5:6":    "2001:db8:1:2::/64",
		"2001:db8:1:2:ffff::1":    "2001:db8:1:2::/64",
		"2001:db8:1:3::1":         "2001:db8:1:3::/64",
		"fe80::1%eth0":            "fe80::/64",
		"2001:db8:1:2::1%0x1f600": "2001:db8:1:2::/64",
	} {
		if got := auth.AddressKey(in); got != want {
			t.Errorf("%s counts as %s, want %s", in, got, want)
		}
	}
}

// TestStaleHashIsRenewed: a hash of other costs is replaced at sign-in; sessions
// go on, since the password is the same.
func TestStaleHashIsRenewed(t *testing.T) {
	c := newClock()
	store := authtest.New()
	old := serviceOver(t, store, patient, c.now)
	account(t, old, "fine", auth.Reader)
	before, err := store.Account(t.Context(), "fine")
	must(t, err)
	s, err := auth.New(store, patient, auth.Deps{Now: c.now, Floor: 1, Argon: auth.Params{Memory: 16, Time: 1, Threads: 1}})
	must(t, err)
	wantKind(t, second(s.SignIn(t.Context(), "fine", other, office)), entente.Denied)
	same, err := store.Account(t.Context(), "fine")
	must(t, err)
	if same.Password != before.Password {
		t.Error("a wrong password renewed the hash")
	}
	must(t, second(s.SignIn(t.Context(), "fine", good, office)))
	after, err := store.Account(t.Context(), "fine")
	must(t, err)
	if !strings.Contains(after.Password, "$m=16,t=1,p=1$") || after.Epoch != before.Epoch {
		t.Errorf("after sign-in: %+v", after)
	}
	must(t, second(s.SignIn(t.Context(), "fine", good, office)))
}

func second[T any](_ T, err error) error { return err }
