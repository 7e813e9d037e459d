package partner_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entente"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/taxii"
	"entente/internal/store"
)

func ids(list ...stix.ID) []stix.ID { return list }

var home = netip.MustParseAddr("192.0.2.1")

func bearer(token string) taxii.Credentials { return taxii.Credentials{Bearer: token, Addr: home} }

func basic(user, password string) taxii.Credentials {
	return taxii.Credentials{User: user, Password: password, Addr: home}
}

func year() time.Time { return start.Add(365 * 24 * time.Hour) }

func TestTokensAndPasswords(t *testing.T) {
	engines(t, func(t *testing.T, open func() *store.Store) {
		ctx, c := t.Context(), newClock()
		st := open()
		b, server := book(st, c), book(open(), c)
		_, err := b.Save(ctx, "ann", "set up", 0, sample())
		must(t, err)
		token, tc, err := b.NewToken(ctx, "ann", "jpn", "sync", year())
		must(t, err)
		password, pc, err := b.NewPassword(ctx, "ann", "jpn", "misp", "", year())
		must(t, err)
		chosen, _, err := b.NewPassword(ctx, "ann", "fin", "opencti", "correct horse battery", year())
		must(t, err)
		in := func(c taxii.Credentials, want string) {
			t.Helper()
			a, err := server.Authenticate(ctx, c)
			if want == "" {
				wantKind(t, err, entente.Denied)
				return
			}
			must(t, err)
			if a.Partner != want {
				t.Fatalf("it is %q, want %q", a.Partner, want)
			}
		}
		in(bearer(token), "jpn")
		for range 3 { // the second time from memory
			in(basic("jpn", password), "jpn")
			in(basic("fin", chosen), "fin")
		}
		in(taxii.Credentials{}, "")
		in(bearer(token+"x"), "")
		in(bearer(token[:len(token)-1]), "")
		in(bearer(strings.ToUpper(token)), "")
		in(bearer(password), "")
		in(bearer(tc.ID), "")
		in(basic("fin", password), "") // of another partner
		in(basic("jpn", token), "")
		in(basic("", password), "")
		in(basic("jpn", ""), "")
		in(basic("jpn", password+" "), "")
		in(basic("nobody", password), "")
		in(taxii.Credentials{Bearer: token, User: "fin", Password: chosen, Addr: home}, "") // two partners
		in(taxii.Credentials{Bearer: token, User: "jpn", Password: password, Addr: home}, "jpn")
		in(taxii.Credentials{Bearer: token, User: "jpn", Password: "wrong", Addr: home}, "")

		// Revoked: at once where it was done, after the lag elsewhere, remembered or
		// not.
		_, err = b.Revoke(ctx, "ann", pc.ID)
		must(t, err)
		_, err = b.Authenticate(ctx, basic("jpn", password))
		wantKind(t, err, entente.Denied)
		c.pass(partner.Lag)
		in(basic("jpn", password), "")
		in(bearer(token), "jpn")
		_, err = b.Revoke(ctx, "ann", tc.ID)
		must(t, err)
		_, err = b.Revoke(ctx, "ann", tc.ID) // again
		must(t, err)
		_, err = b.Revoke(ctx, "ann", "none")
		wantKind(t, err, entente.NotFound)
		c.pass(partner.Lag)
		in(bearer(token), "")

		// Suspended.
		in(basic("fin", chosen), "fin")
		_, err = b.Edit(ctx, "ann", "suspend", func(s *partner.Settings) error { s.Partner("fin").Suspended = true; return nil })
		must(t, err)
		c.pass(partner.Lag)
		in(basic("fin", chosen), "")

		// Nothing of a secret is in the store.
		var all strings.Builder
		must(t, st.Read(ctx, func(ctx context.Context, q store.Querier) error {
			for _, text := range []string{"SELECT why || body FROM exchange_settings", "SELECT id || partner || kind || name || secret FROM exchange_credentials"} {
				rows, err := q.QueryContext(ctx, text)
				if err != nil {
					return err
				}
				defer func() { _ = rows.Close() }()
				for rows.Next() {
					var s string
					if err := rows.Scan(&s); err != nil {
						return err
					}
					all.WriteString(s)
				}
				if err := rows.Err(); err != nil {
					return err
				}
			}
			return nil
		}))
		for _, secret := range []string{token, token[5:], password, password[5:], chosen} {
			if strings.Contains(all.String(), secret) {
				t.Error("the store holds a secret")
			}
		}
	})
}

// TestOwnRate: what the settings say of a partner's rate reaches the server.
func TestOwnRate(t *testing.T) {
	ctx := t.Context()
	b, _ := sqliteBook(t)
	_, err := b.Edit(ctx, "ann", "less", func(s *partner.Settings) error { s.Partner("jpn").PerMinute = 60; return nil })
	must(t, err)
	secret, _, err := b.NewToken(ctx, "ann", "jpn", "sync", year())
	must(t, err)
	a, err := b.Authenticate(ctx, bearer(secret))
	must(t, err)
	if d := cmp.Diff(taxii.Account{Partner: "jpn", PerMinute: 60}, a); d != "" {
		t.Error(d)
	}
}

func TestExpiry(t *testing.T) {
	ctx := t.Context()
	b, c := sqliteBook(t)
	token, _, err := b.NewToken(ctx, "ann", "jpn", "sync", start.Add(time.Hour))
	must(t, err)
	password, _, err := b.NewPassword(ctx, "ann", "jpn", "misp", "", start.Add(time.Hour))
	must(t, err)
	for _, cr := range []taxii.Credentials{bearer(token), basic("jpn", password)} {
		_, err := b.Authenticate(ctx, cr)
		must(t, err)
	}
	c.pass(time.Hour)
	for _, cr := range []taxii.Credentials{bearer(token), basic("jpn", password)} {
		_, err := b.Authenticate(ctx, cr)
		wantKind(t, err, entente.Denied)
	}
}

func TestWhatCannotBeACredential(t *testing.T) {
	ctx := t.Context()
	b, _ := sqliteBook(t)
	for name, x := range map[string]struct {
		partner, name string
		expires       time.Time
		kind          entente.Kind
	}{
		"nobody":          {"none", "x", year(), entente.NotFound},
		"no name":         {"jpn", " ", year(), entente.Invalid},
		"a secret's name": {"jpn", "entx_abc", year(), entente.Invalid},
		"long name":       {"jpn", strings.Repeat("x", 101), year(), entente.Invalid},
		"no end":          {"jpn", "x", time.Time{}, entente.Invalid},
		"over":            {"jpn", "x", start, entente.Invalid},
		"endless":         {"jpn", "x", start.Add(partner.MaxLife + time.Second), entente.Invalid},
	} {
		if _, _, err := b.NewToken(ctx, "ann", x.partner, x.name, x.expires); entente.KindOf(err) != x.kind {
			t.Errorf("%s: %v, want %s", name, err, x.kind)
		}
	}
	_, _, err := b.NewPassword(ctx, "ann", "jpn", "x", "short", year())
	wantKind(t, err, entente.Invalid)
	if strings.Contains(err.Error(), "short ") {
		t.Error("the error shows the password")
	}
	_, err = b.RefuseCertificate(ctx, "ann", "jpn", "x", "zz")
	wantKind(t, err, entente.Invalid)
	for range 2 {
		_, _, err := b.NewPassword(ctx, "ann", "jpn", "x", "", year())
		must(t, err)
	}
	_, _, err = b.NewPassword(ctx, "ann", "jpn", "x", "", year())
	wantKind(t, err, entente.Conflict)
	for range partner.MaxLive {
		_, _, err := b.NewToken(ctx, "ann", "jpn", "x", year())
		must(t, err)
	}
	_, _, err = b.NewToken(ctx, "ann", "jpn", "x", year())
	wantKind(t, err, entente.Conflict)
}

// TestGuessing: wrong attempts from one address are bounded; right tokens, and
// passwords that were right before, go on working from there.
func TestGuessing(t *testing.T) {
	ctx := t.Context()
	b, c := sqliteBook(t)
	token, _, err := b.NewToken(ctx, "ann", "jpn", "sync", year())
	must(t, err)
	password, _, err := b.NewPassword(ctx, "ann", "jpn", "misp", "", year())
	must(t, err)
	_, err = b.Authenticate(ctx, basic("jpn", password))
	must(t, err)
	other := netip.MustParseAddr("2001:db8:1:2::1")
	limited := func(cr taxii.Credentials) int {
		for i := range 100 {
			_, err := b.Authenticate(ctx, cr)
			if w, ok := errors.AsType[*taxii.Wait](err); ok {
				if w.After < time.Second || w.After > time.Minute || entente.KindOf(err) != entente.Unavailable {
					t.Errorf("wait %s, %v", w.After, err)
				}
				return i
			}
			wantKind(t, err, entente.Denied)
		}
		return 100
	}
	if n := limited(bearer("entx_wrong")); n != 30 {
		t.Errorf("%d wrong tokens were looked at, want 30", n)
	}
	for _, cr := range []taxii.Credentials{bearer(token), basic("jpn", password)} {
		_, err := b.Authenticate(ctx, cr)
		must(t, err)
	}
	if _, err := b.Authenticate(ctx, basic("fin", "something else")); entente.KindOf(err) != entente.Unavailable {
		t.Errorf("a password from a limited address is still hashed: %v", err)
	}
	// From many addresses at one name: the name is bounded.
	n := 0
	for i := range 100 {
		cr := basic("fin", fmt.Sprint("guess", i))
		cr.Addr = netip.AddrFrom4([4]byte{198, 51, 100, byte(i)})
		if _, err := b.Authenticate(ctx, cr); entente.KindOf(err) == entente.Unavailable {
			break
		}
		n++
	}
	if n != 10 {
		t.Errorf("%d passwords of one name were looked at, want 10", n)
	}
	// One /64 is one guesser; another is another.
	if n := limited(taxii.Credentials{Bearer: "x", Addr: other}); n != 30 {
		t.Errorf("%d, want 30", n)
	}
	if n := limited(taxii.Credentials{Bearer: "x", Addr: netip.MustParseAddr("2001:db8:1:2::ffff")}); n != 0 {
		t.Errorf("%d, want 0: it is the same network", n)
	}
	if n := limited(taxii.Credentials{Bearer: "x", Addr: netip.MustParseAddr("2001:db8:1:3::1")}); n != 30 {
		t.Errorf("%d, want 30: it is another network", n)
	}
	c.pass(time.Hour)
	if n := limited(bearer("entx_wrong")); n != 30 {
		t.Errorf("%d wrong tokens an hour later, want 30", n)
	}
}

// TestLastUsedIsRare: the time of use is exact to a minute and costs one write a
// minute at most, of several processes together.
func TestLastUsedIsRare(t *testing.T) {
	engines(t, func(t *testing.T, open func() *store.Store) {
		ctx, c := t.Context(), newClock()
		b, second := book(open(), c), book(open(), c)
		_, err := b.Save(ctx, "ann", "set up", 0, sample())
		must(t, err)
		secret, _, err := b.NewToken(ctx, "ann", "jpn", "sync", year())
		must(t, err)
		var seen []time.Duration
		for _, wait := range []time.Duration{0, 30 * time.Second, 29 * time.Second, time.Second, 2 * time.Minute} {
			c.pass(wait)
			for _, x := range []*partner.Book{b, second} {
				_, err := x.Authenticate(ctx, bearer(secret))
				must(t, err)
			}
			list, err := b.Credentials(ctx, "jpn")
			must(t, err)
			seen = append(seen, list[0].LastUsed.Sub(start))
		}
		if d := cmp.Diff([]time.Duration{0, 0, 0, time.Minute, 3 * time.Minute}, seen); d != "" {
			t.Error(d)
		}
	})
}

// TestRevocationUnderLoad: while eight clients ask with a password, it is revoked
// by another process; within a second nobody gets in.
func TestRevocationUnderLoad(t *testing.T) {
	ctx := t.Context()
	place := filepath.Join(t.TempDir(), "node.entente")
	admin, server := partner.Open(openStore(t, place), nil), partner.Open(openStore(t, place), nil)
	admin.Cheap()
	server.Cheap()
	_, err := admin.Save(ctx, "ann", "set up", 0, sample())
	must(t, err)
	password, pc, err := admin.NewPassword(ctx, "ann", "jpn", "misp", "", time.Now().Add(time.Hour))
	must(t, err)
	var mu sync.Mutex
	var last time.Time
	done := make(chan struct{})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if _, err := server.Authenticate(ctx, basic("jpn", password)); err == nil {
					mu.Lock()
					last = time.Now()
					mu.Unlock()
				} else {
					time.Sleep(time.Millisecond)
				}
			}
		})
	}
	time.Sleep(300 * time.Millisecond)
	_, err = admin.Revoke(ctx, "ann", pc.ID)
	must(t, err)
	revoked := time.Now()
	time.Sleep(1200 * time.Millisecond)
	close(done)
	wg.Wait()
	if last.IsZero() {
		t.Fatal("nobody ever got in")
	}
	if late := last.Sub(revoked); late > time.Second {
		t.Errorf("a revoked password worked for %s", late)
	}
}

// TestErrorsAndPrintsShowNoSecret also prints the book itself.
func TestErrorsAndPrintsShowNoSecret(t *testing.T) {
	ctx := t.Context()
	b, _ := sqliteBook(t)
	token, _, err := b.NewToken(ctx, "ann", "jpn", "sync", year())
	must(t, err)
	_, err = b.Authenticate(ctx, bearer(token))
	must(t, err)
	const wrong = "entp_a-wrong-password"
	var out strings.Builder
	for range 40 {
		_, err := b.Authenticate(ctx, basic("jpn", wrong))
		fmt.Fprintf(&out, "%v %+v\n", err, err)
	}
	list, err := b.Credentials(ctx, "")
	must(t, err)
	hist, err := b.History(ctx, 0)
	must(t, err)
	fmt.Fprintf(&out, "%+v %+v", list, hist)
	for _, s := range []string{token, token[5:25], wrong, "argon2"} {
		if strings.Contains(out.String(), s) {
			t.Errorf("%q is shown", s)
		}
	}
}

func BenchmarkAuthenticate(b *testing.B) {
	book, _ := sqliteBook(b)
	token, _, err := book.NewToken(b.Context(), "ann", "jpn", "sync", year())
	must(b, err)
	password, _, err := book.NewPassword(b.Context(), "ann", "jpn", "misp", "", year())
	must(b, err)
	for name, c := range map[string]taxii.Credentials{"token": bearer(token), "basic": basic("jpn", password)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := book.Authenticate(b.Context(), c); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
