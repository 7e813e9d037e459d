package partner_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"entente/internal/exchange/handling"
	"entente/internal/exchange/partner"
)

var (
	someNames  = []string{"jpn", "fin", "", "self", "No!"}
	someLevels = []handling.TLP{handling.Clear, handling.Green, handling.Amber, handling.AmberStrict, handling.Red, 0, 99}
	someIDs    = []string{openID, closeID, "positions", "", "6b1e6a39-5b5a-1c6e-9d7a-0a4f6d1c2b01"}
)

// mostly draws one of the first n of a list nine times of ten.
func mostly[T any](list []T, n int) *rapid.Generator[T] {
	return rapid.Custom(func(t *rapid.T) T {
		if rapid.IntRange(0, 9).Draw(t, "odd") > 0 {
			return rapid.SampledFrom(list[:n]).Draw(t, "sound")
		}
		return rapid.SampledFrom(list).Draw(t, "any")
	})
}

// anySettings draws settings with and without faults.
func anySettings(t *rapid.T) partner.Settings {
	name := mostly(someNames, 2)
	level := mostly(someLevels, 4)
	rarely := mostly([]bool{false, true}, 1)
	s := sample()
	s.Unmarked = level.Draw(t, "unmarked")
	s.Partners, s.Communities, s.Collections = nil, nil, nil
	for range rapid.IntRange(1, 2).Draw(t, "partners") {
		p := partner.Partner{Partner: handling.Partner{ID: name.Draw(t, "partner"), Suspended: rarely.Draw(t, "suspended")}}
		if rarely.Draw(t, "a client") {
			p.ClientOf = name.Draw(t, "of")
		}
		if rarely.Draw(t, "ends") {
			p.Until = start
		}
		if rarely.Draw(t, "bad url") {
			p.URL = "gopher://x/"
		}
		s.Partners = append(s.Partners, p)
	}
	for range rapid.IntRange(1, 2).Draw(t, "communities") {
		c := handling.Community{ID: name.Draw(t, "community")}
		for range rapid.IntRange(0, 2).Draw(t, "members") {
			c.Members = append(c.Members, handling.Member{Partner: name.Draw(t, "member"), Clearance: level.Draw(t, "clearance")})
		}
		s.Communities = append(s.Communities, c)
	}
	for range rapid.IntRange(1, 2).Draw(t, "collections") {
		s.Collections = append(s.Collections, partner.Collection{
			Collection: handling.Collection{
				ID: mostly(someIDs, 2).Draw(t, "id"), Title: "x", Ceiling: level.Draw(t, "ceiling"), Closed: rarely.Draw(t, "closed"),
				Communities: rapid.SliceOfN(name, 1, 1).Draw(t, "of communities"),
			},
			Alias: mostly([]string{"", "positions", "incidents"}, 1).Draw(t, "alias"), Writers: rapid.SliceOfN(name, 0, 1).Draw(t, "writers"),
		})
	}
	return s
}

// soundSettings draws settings without a fault.
func soundSettings(t *rapid.T) partner.Settings {
	level := rapid.SampledFrom(someLevels[:4])
	s := sample()
	s.Communities = nil
	for _, id := range []string{"pair", "eu"} {
		c := handling.Community{ID: id}
		for _, p := range s.Partners {
			if rapid.Bool().Draw(t, "member") {
				c.Members = append(c.Members, handling.Member{Partner: p.ID, Clearance: level.Draw(t, "clearance")})
			}
		}
		s.Communities = append(s.Communities, c)
	}
	for i := range s.Collections {
		s.Collections[i].Ceiling = level.Draw(t, "ceiling")
		s.Collections[i].Communities = rapid.SampledFrom([][]string{nil, {"pair"}, {"eu"}, {"pair", "eu"}}).Draw(t, "communities")
	}
	return s
}

// TestNothingFaultyIsEverOpen: whoever may read or write, in whatever settings, is
// a partner that stands there once and runs, by a rule without a fault; and RED is
// never within reach.
func TestNothingFaultyIsEverOpen(t *testing.T) {
	open := 0
	rapid.Check(t, func(t *rapid.T) {
		s := anySettings(t)
		state := partner.NewState(1, s)
		if (state.Faults == nil) != (s.Check() == nil) {
			t.Fatalf("the state finds %v, the check %v", state.Faults, s.Check())
		}
		if state.Unmarked < handling.Green || state.Unmarked > handling.Red {
			t.Fatalf("unmarked is %v", state.Unmarked)
		}
		for _, id := range someNames {
			for _, name := range someIDs {
				read, write := state.CanRead(id, name, start), state.CanWrite(id, name, start)
				if !read && !write {
					continue
				}
				open++
				of := func(p partner.Partner) bool { return p.ID == id }
				if i := slices.IndexFunc(s.Partners, of); i < 0 || s.Partners[i].Suspended || !s.Partners[i].Until.IsZero() || slices.IndexFunc(s.Partners[i+1:], of) >= 0 {
					t.Fatalf("%q is in: %+v", id, s.Partners)
				}
				c, _ := state.Collection(name)
				same := 0
				for _, x := range s.Collections {
					if x.ID == c.ID {
						same++
					}
				}
				if same != 1 || c.Closed || c.Ceiling < handling.Clear || c.Ceiling > handling.AmberStrict {
					t.Fatalf("the collection is open: %+v", c)
				}
				if write && !slices.Contains(c.Writers, id) {
					t.Fatalf("%q writes to %+v", id, c)
				}
				if v := state.Rules.View(id, c.ID, start); read && (v.Highest() < handling.Clear || v.Highest() > handling.AmberStrict) {
					t.Fatalf("%q reads up to %v", id, v.Highest())
				}
			}
		}
	})
	if open == 0 {
		t.Error("nothing was ever open: the test could not fail")
	}
}

// TestNarrowingNeverOpens: suspending, lowering and taking out never give anybody
// more.
func TestNarrowingNeverOpens(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := soundSettings(t)
		if err := s.Check(); err != nil {
			t.Fatal(err)
		}
		narrow := s.Clone()
		switch rapid.IntRange(0, 5).Draw(t, "how") {
		case 0:
			for i := range narrow.Partners {
				narrow.Partners[i].Suspended = true
			}
		case 1:
			for i := range narrow.Communities {
				narrow.Communities[i].Members = nil
			}
		case 2:
			for i := range narrow.Communities {
				for j := range narrow.Communities[i].Members {
					m := &narrow.Communities[i].Members[j]
					m.Clearance = min(m.Clearance, handling.Green)
				}
			}
		case 3:
			for i := range narrow.Collections {
				c := &narrow.Collections[i]
				c.Ceiling = min(c.Ceiling, handling.Clear)
			}
		case 4:
			for i := range narrow.Collections {
				narrow.Collections[i].Closed = true
			}
		case 5:
			narrow.SetEmbargo("note--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b0a", start.Add(time.Hour), "")
		}
		before, after := partner.NewState(1, s), partner.NewState(2, narrow)
		for _, id := range someNames {
			for _, c := range someIDs {
				if after.Rules.View(id, c, start).Highest() > before.Rules.View(id, c, start).Highest() {
					t.Fatalf("%q gets more of %q", id, c)
				}
			}
		}
	})
}

// TestSettingsAreTheSameAfterJSON also holds for settings with faults that JSON can
// say.
func TestSettingsAreTheSameAfterJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anySettings(t)
		data, err := json.Marshal(s)
		if err != nil {
			return // a level that is not known cannot be written, and so not be saved
		}
		got, err := partner.ParseSettings(data)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(s, got, cmpopts.EquateEmpty()); d != "" {
			t.Fatal(d)
		}
	})
}

// FuzzSettings feeds settings in any form: nothing panics, and what has a fault
// has a place.
func FuzzSettings(f *testing.F) {
	data, err := json.Marshal(sample())
	must(f, err)
	f.Add(string(data))
	f.Add(`{"partners":[{"id":"x","ca":"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"}],"unmarked":"tlp:red"}`)
	f.Add(`{"collections":[{"id":"\u0000","ceiling":"WHITE"}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		s, err := partner.ParseSettings([]byte(text))
		if err != nil {
			return
		}
		for _, fault := range faults(s.Check()) {
			if fault == "" {
				t.Error("an empty fault")
			}
		}
		state := partner.NewState(1, s)
		for _, p := range s.Partners {
			for _, c := range s.Collections {
				if c.Ceiling == handling.Red && state.CanRead(p.ID, c.ID, start) {
					t.Error("a collection with a ceiling of RED is open")
				}
			}
		}
	})
}

// FuzzIntroduction feeds introductions in any form.
func FuzzIntroduction(f *testing.F) {
	f.Add(`{"form":"entente.introduction/1","title":"x","actor":"jpn","identity":"` + otherIdentity + `","url":"https://jpn.test/"}`)
	f.Add(`{"form":"entente.introduction/1","token":"entx_a","names":["\u0000"],"log":"a+00000000+AAAA"}`)
	f.Fuzz(func(t *testing.T, text string) {
		i, err := partner.ReadIntroduction(strings.NewReader(text))
		if err != nil {
			return
		}
		s := sample()
		if _, err := i.Apply(&s, "new"); err != nil {
			t.Fatal(err)
		}
		i.Fingerprints()
		if err := s.Check(); err != nil && !strings.Contains(err.Error(), "identities") { // of a partner that is there
			t.Errorf("an introduction that was read is refused: %v", err)
		}
	})
}
