package partner_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"entente"
	"entente/internal/exchange/partner"
	"entente/internal/ledger"
)

func introduction(t *testing.T) partner.Introduction {
	t.Helper()
	k, err := ledger.GenerateKey(bytes.NewReader(bytes.Repeat([]byte{7}, 32)), "jpn.test/log")
	must(t, err)
	s := sample()
	s.Title, s.Actor, s.Identity, s.URL = "Japan (synthetic)", "jpn", otherIdentity, "https://jpn.test:8443/"
	s.Recipients = []partner.Recipient{{Name: "duty-officer", Key: "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"}}
	return partner.Introduce(s, []byte(someCA(t)), []string{"jpn.test"}, k.Public())
}

func TestIntroduction(t *testing.T) {
	i := introduction(t)
	i.For, i.Token = "est", "entx_secret"
	var file bytes.Buffer
	must(t, i.Write(&file))
	got, err := partner.ReadIntroduction(&file)
	must(t, err)
	if d := cmp.Diff(i, got); d != "" {
		t.Error(d)
	}
	s := sample()
	s.Partners[0].Suspended = true
	fresh, err := got.Apply(&s, "jpn")
	must(t, err)
	p := s.Partner("jpn")
	if fresh || !p.Suspended || p.URL != "https://jpn.test:8443/" || p.LogName() != "jpn.test/log" || len(p.Identities) != 1 || p.Recipients[0].Name != "duty-officer" || p.Name != "Japan" {
		t.Errorf("new %v, partner %+v", fresh, p)
	}
	must(t, s.Check())
	if fresh, err := got.Apply(&s, "nippon"); err != nil || !fresh {
		t.Errorf("%v, %v", fresh, err)
	}
	if s.Check() == nil {
		t.Error("one identity belongs to two partners")
	}
	if n := len(got.Fingerprints()); n != 3 {
		t.Errorf("%d fingerprints, want 3", n)
	}
}

func TestIntroductionsThatAreRefused(t *testing.T) {
	var file bytes.Buffer
	i := introduction(t)
	i.Token = "entx_secret"
	must(t, i.Write(&file))
	good := file.String()
	for name, text := range map[string]string{
		"empty":             "",
		"no JSON":           "hello entx_secret",
		"cut off":           good[:len(good)/2],
		"two":               good + good,
		"another form":      strings.Replace(good, "introduction/1", "introduction/2", 1),
		"a bad url":         strings.Replace(good, "https://jpn", "http://jpn", 1),
		"a bad identity":    strings.Replace(good, "identity--", "report--", 1),
		"a bad log":         strings.Replace(good, "jpn.test/log+", "jpn.test/log", 1),
		"a bad recipient":   strings.Replace(good, "age1ql", "age1qq", 1),
		"a bad token":       strings.Replace(good, "entx_secret", "entx_secret more", 1),
		"too large":         strings.Repeat(" ", 1<<20) + good,
		"control character": strings.Replace(good, "Japan (", `Japan \u001b(`, 1),
	} {
		_, err := partner.ReadIntroduction(strings.NewReader(text))
		if entente.KindOf(err) != entente.Invalid && faults(err) == nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err == nil || strings.Contains(err.Error(), "entx_secret") {
			t.Errorf("%s: the error is missing or shows the token: %v", name, err)
		}
	}
	if _, err := partner.ReadIntroduction(strings.NewReader(good)); err != nil {
		t.Error(err)
	}
}
