package mapping

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"entente"
	"entente/internal/exchange/stix"
)

// An incident as another tool writes it (synthetic), at a ministry that lies in
// Estonia, at Japan by its code, and at a bank that nobody knows.
const foreign = `{"objects":[
{"type":"incident","spec_version":"2.1","id":"incident--00000000-0000-4000-8000-000000000001","created":"2024-01-01T00:00:00Z","modified":"2024-01-01T00:00:00Z","name":"Synthetic  outage","description":"of a\nportal","extensions":{"extension-definition--ef765651-680c-498d-9894-99799f2fa126":{"extension_type":"property-extension","determination":"failed-attempt","investigation_status":"closed"}}},
{"type":"incident","spec_version":"2.1","id":"incident--00000000-0000-4000-8000-000000000002","created":"2024-01-01T00:00:00Z","modified":"2024-01-01T00:00:00Z","name":"Withdrawn","revoked":true},
{"type":"identity","spec_version":"2.1","id":"identity--00000000-0000-4000-8000-000000000003","created":"2024-01-01T00:00:00Z","modified":"2024-01-01T00:00:00Z","name":"Synthetic ministry"},
{"type":"identity","spec_version":"2.1","id":"identity--00000000-0000-4000-8000-000000000004","created":"2024-01-01T00:00:00Z","modified":"2024-01-01T00:00:00Z","name":"Synthetic bank"},
{"type":"location","spec_version":"2.1","id":"location--00000000-0000-4000-8000-000000000005","created":"2024-01-01T00:00:00Z","modified":"2024-01-01T00:00:00Z","country":"ee"},
{"type":"location","spec_version":"2.1","id":"location--00000000-0000-4000-8000-000000000006","created":"2024-01-01T00:00:00Z","modified":"2024-01-01T00:00:00Z","country":"JP","name":"Nippon"},
{"type":"relationship","spec_version":"2.1","id":"relationship--00000000-0000-4000-8000-000000000007","created":"2024-01-01T00:00:00Z","modified":"2024-01-01T00:00:00Z","relationship_type":"located-at","source_ref":"identity--00000000-0000-4000-8000-000000000003","target_ref":"location--00000000-0000-4000-8000-000000000005"},
{"type":"relationship","spec_version":"2.1","id":"relationship--00000000-0000-4000-8000-000000000008","created":"2024-01-01T00:00:00Z","modified":"2024-01-01T00:00:00Z","relationship_type":"targets","source_ref":"incident--00000000-0000-4000-8000-000000000001","target_ref":"identity--00000000-0000-4000-8000-000000000003"},
{"type":"relationship","spec_version":"2.1","id":"relationship--00000000-0000-4000-8000-000000000009","created":"2024-01-01T00:00:00Z","modified":"2024-01-01T00:00:00Z","relationship_type":"targets","source_ref":"incident--00000000-0000-4000-8000-000000000001","target_ref":"location--00000000-0000-4000-8000-000000000006"},
{"type":"relationship","spec_version":"2.1","id":"relationship--00000000-0000-4000-8000-00000000000a","created":"2024-01-01T00:00:00Z","modified":"2024-01-01T00:00:00Z","relationship_type":"impacts","source_ref":"incident--00000000-0000-4000-8000-000000000001","target_ref":"identity--00000000-0000-4000-8000-000000000004"}
]}`

func TestProposeIncidents(t *testing.T) {
	list, bad, err := stix.ReadAll(strings.NewReader(foreign), stix.DefaultStreamLimits)
	if err != nil || len(bad) > 0 {
		t.Fatal(err, bad)
	}
	want := []Proposal{{
		Incident: entente.Incident{
			ID: "stix-00000000-0000-4000-8000-000000000001", Title: "Synthetic outage",
			Note: "of a portal; determination: failed-attempt; investigation: closed", Targets: []entente.ActorID{"est", "jpn"},
		},
		Object: "incident--00000000-0000-4000-8000-000000000001", Unknown: []string{"Synthetic bank"},
	}}
	got := ProposeIncidents(list, corpus())
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b entente.Date) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
	if own := ProposeIncidents(exported(t), corpus()); len(own) > 0 {
		t.Errorf("%d incidents that carry a record are proposed once more", len(own))
	}
}

// FuzzImport feeds the import anything that parses as an object: it never
// panics, and what it gives as a record passes the corpus's own checks.
func FuzzImport(f *testing.F) {
	seen := map[string]bool{}
	list, err := everything()
	if err != nil {
		f.Fatal(err)
	}
	for _, o := range list { // one of each sort
		key := o.Type() + strings.Join(o.Extensions(), "")
		if !seen[key] {
			seen[key] = true
			f.Add(o.Raw())
		}
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		o, faults := stix.Parse(raw, stix.Limits{Bytes: 1 << 16, Depth: 20, Members: 1000})
		if faults != nil {
			return
		}
		in := Import([]*stix.Object{o, o}, "")
		if _, err := in.Records(); err != nil {
			t.Fatal(err)
		}
	})
}
