package partner_test

import (
	"strings"
	"testing"

	"entente/internal/exchange/handling"
	"entente/internal/exchange/partner"
)

// TestEveryFaultIsNamedAtOnce: one document with many faults is refused with all
// of them, each with its place.
func TestEveryFaultIsNamedAtOnce(t *testing.T) {
	s := sample()
	s.Title = ""
	s.Actor = "Estonia!"
	s.Identity = "report--0c5a9d1e-5b1f-4b8e-8a53-1f6d2a9b7c10"
	s.URL = "https://user:pass@a.example/"
	s.Unmarked = handling.Clear
	s.Recipients = []partner.Recipient{{Name: "duty officer", Key: "age1x"}}
	s.Partners[0].URL = "http://far.example/"
	s.Partners[0].CA = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
	s.Partners[0].Names = []string{"Not A Name"}
	s.Partners[0].Log = "x"
	s.Partners[0].PerMinute = -1
	s.Partners[1].Identities = append(s.Partners[1].Identities, s.Identity)
	s.Communities[0].Members[0].Clearance = handling.Red
	s.Collections[0].Alias = "Pos itions"
	s.Collections[0].Ceiling = handling.Red
	s.Collections[0].Writers = []string{"none"}
	s.Collections[1].Title = "two\nlines"
	s.Collections[1].Communities = []string{"nowhere"}
	s.Embargoes = []handling.Embargo{{Object: "x"}}
	got := strings.Join(faults(s.Check()), "\n")
	for _, want := range []string{
		"title: it is missing", `actor: "Estonia!"`, "identity: \"report--", "url: it holds a user or a password", "unmarked: what carries no mark cannot be CLEAR",
		"recipients[0].name", "recipients[0].key", `partner jpn: url: "http" is not https`, "partner jpn: ca: there is something else than certificates", "partner jpn: names",
		"partner jpn: log", "partner jpn: per_minute", "partner fin: identities", "community pair: the clearance of jpn cannot be RED", "collection Pos itions: alias", "ceiling is missing or RED",
		`collection Pos itions: writers: "none"`, "title: it is not one line", `the community "nowhere" is not there`, "embargo 1",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the faults do not say %q", want)
		}
	}
	if strings.Contains(got, "pass@") || strings.Contains(got, "AAAA") {
		t.Error("a fault shows a secret")
	}
	if t.Failed() {
		t.Log(got)
	}
}

func TestCheckOfSingleThings(t *testing.T) {
	const key = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p" // the example of the age documentation
	for name, x := range map[string]struct {
		change func(*partner.Settings)
		want   string // "" for no fault
	}{
		"the sample":           {func(*partner.Settings) {}, ""},
		"http on this machine": {func(s *partner.Settings) { s.Partners[0].URL = "http://127.0.0.1:8080/" }, ""},
		"https":                {func(s *partner.Settings) { s.Partners[0].URL = "https://a.example:8443/ex/" }, ""},
		"no slash":             {func(s *partner.Settings) { s.Partners[0].URL = "https://a.example:8443/ex" }, "end in a slash"},
		"a query":              {func(s *partner.Settings) { s.Partners[0].URL = "https://a.example/?x=1" }, "without query"},
		"no host":              {func(s *partner.Settings) { s.Partners[0].URL = "https:///" }, "not the address"},
		"ftp":                  {func(s *partner.Settings) { s.Partners[0].URL = "ftp://a.example/" }, "is not https"},
		"a recipient":          {func(s *partner.Settings) { s.Partners[0].Recipients = []partner.Recipient{{"duty-officer", key}} }, ""},
		"a recipient twice": {func(s *partner.Settings) {
			s.Partners[0].Recipients = []partner.Recipient{{"duty-officer", key}, {"duty-officer", key}}
		}, "stands twice"},
		"an identity of two": {func(s *partner.Settings) {
			s.Partners[0].Identities = ids(otherIdentity)
			s.Partners[1].Identities = ids(otherIdentity)
		}, "belongs to jpn"},
		"unmarked RED":              {func(s *partner.Settings) { s.Unmarked = handling.Red }, ""},
		"no unmarked":               {func(s *partner.Settings) { s.Unmarked = 0 }, "is missing"},
		"an alias like an id":       {func(s *partner.Settings) { s.Collections[0].Alias = closeID }, "cannot be an alias"},
		"the id of version 1":       {func(s *partner.Settings) { s.Collections[0].ID = "6b1e6a39-5b5a-1c6e-9d7a-0a4f6d1c2b01" }, "version 4"},
		"the partner self":          {func(s *partner.Settings) { s.Partners[1].ID = "self" }, "cannot be the name of a partner"},
		"a client of the node":      {func(s *partner.Settings) { s.Partners[1].ClientOf = handling.Self }, ""},
		"a member twice":            {func(s *partner.Settings) { c := &s.Communities[0]; c.Members = append(c.Members, c.Members[0]) }, "stands twice"},
		"a member who is nobody":    {func(s *partner.Settings) { s.Communities[0].Members[0].Partner = "none" }, "is no partner"},
		"a community of no members": {func(s *partner.Settings) { s.Communities[0].Members = nil }, ""},
		"a path for a partner":      {func(s *partner.Settings) { s.Partners[1].ID = "../x" }, "cannot be the name"},
		"a CA without a name":       {func(s *partner.Settings) { s.Partners[0].CA = someCA(t) }, "does not tell who asks"},
		"a CA and a url":            {func(s *partner.Settings) { s.Partners[0].CA = someCA(t); s.Partners[0].URL = "https://a.example/" }, ""},
		"one name under one CA": {func(s *partner.Settings) {
			ca := someCA(t)
			s.Partners[0].CA, s.Partners[1].CA = ca, ca
			s.Partners[0].Names = []string{"a.example"}
			s.Partners[1].Names = []string{"a.example"}
		}, "is a name of jpn"},
		"one log of two": {func(s *partner.Settings) {
			s.Partners[0].Log, s.Partners[1].Log = logKey(t, "a.example/log"), logKey(t, "a.example/log")
		}, `"a.example/log" is the name of jpn in the log already`},
		"a log named as a partner": {func(s *partner.Settings) { s.Partners[0].Log = logKey(t, "fin") }, `"fin" is the name of jpn in the log already`},
		"two logs": {func(s *partner.Settings) {
			s.Partners[0].Log, s.Partners[1].Log = logKey(t, "a.example/log"), logKey(t, "b.example/log")
		}, ""},
		"two names under one CA": {func(s *partner.Settings) {
			ca := someCA(t)
			s.Partners[0].CA, s.Partners[1].CA = ca, ca
			s.Partners[0].Names = []string{"a.example"}
			s.Partners[1].Names = []string{"b.example"}
		}, ""},
	} {
		s := sample()
		x.change(&s)
		got := strings.Join(faults(s.Check()), "\n")
		if x.want == "" && got != "" || !strings.Contains(got, x.want) {
			t.Errorf("%s: the faults are %q, want %q", name, got, x.want)
		}
	}
}
