package stix

import (
	"strings"
	"testing"
)

// identity is a small valid object; the tests make others of it.
const identity = `{"type":"identity","spec_version":"2.1","id":"identity--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b01",` +
	`"created":"2021-02-19T08:00:00.000Z","modified":"2021-02-19T08:00:00.000Z","name":"Synthetic ministry","identity_class":"organization"}`

// with replaces parts of the identity, pairwise old and new.
func with(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(identity) }

// plus adds properties, as JSON text, to the identity.
func plus(text string) string { return strings.TrimSuffix(identity, "}") + "," + text + "}" }

func mustParse(t testing.TB, raw string) *Object {
	t.Helper()
	o, faults := Parse([]byte(raw), DefaultLimits)
	if faults != nil {
		t.Fatalf("parse %.200s: %v", raw, faults)
	}
	return o
}

func mustRead(t testing.TB, raw string) *Object {
	t.Helper()
	o, err := Read([]byte(raw))
	if err != nil {
		t.Fatalf("read %.200s: %v", raw, err)
	}
	return o
}

// rules lists the rules of the faults that refuse.
func rules(faults []Fault) string {
	var out []string
	for _, f := range Refusals(faults) {
		out = append(out, f.Rule)
	}
	return strings.Join(out, " ")
}
