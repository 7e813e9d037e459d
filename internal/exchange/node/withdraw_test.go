package node_test

import (
	"slices"
	"strings"
	"testing"

	"entente"
	"entente/internal/datapackage"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/node"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/stix/mapping"
)

// attributed is an incident with attributions.
func attributed(t *testing.T) (id string, attributions int) {
	t.Helper()
	c, err := corpus()
	if err != nil {
		t.Fatal(err)
	}
	id = string(c.Attributions[0].Incident)
	for _, a := range c.Attributions {
		if string(a.Incident) == id {
			attributions++
		}
	}
	return id, attributions
}

func TestWithdrawing(t *testing.T) {
	both(t, func(t *testing.T, place func(*testing.T) string) {
		d := openDesk(t, place(t))
		id, n := attributed(t)
		refs := []datapackage.Ref{{Table: "incidents", ID: id}}
		shared := d.share(node.Request{Records: refs})
		parts := 0
		for _, x := range shared.Objects {
			if x.Role == node.Part && x.Record != "" {
				parts++
			}
		}
		if parts != n || n == 0 {
			t.Fatalf("%d parts, %d attributions", parts, n)
		}
		got := len(d.page("jpn")) // jpn has fetched it, ops not

		plan, err := d.Withdraw(d.ctx, node.Recall{Records: refs, DryRun: true, Who: "mari"})
		if err != nil {
			t.Fatal(err)
		}
		hanging := 0
		for _, x := range plan.Objects {
			if x.For != "" {
				hanging++
			}
			if strings.HasPrefix(x.Record, "actors:") || strings.HasPrefix(x.Record, "sources:") {
				t.Errorf("%s would be withdrawn", x.Record)
			}
		}
		if plan.Objects[0].Record != "incidents:"+id || hanging < n || len(plan.Holders) != 1 || plan.Holders[0].Partner != "jpn" || plan.Holders[0].Had != len(plan.Objects) || plan.Holders[0].Told != 0 {
			t.Fatalf("%d hanging, %+v", hanging, plan.Holders)
		}
		if len(d.page("jpn")) != got {
			t.Fatal("a dry run wrote something")
		}
		_, err = d.Withdraw(d.ctx, node.Recall{Records: refs, Who: "mari", Expect: "0123456789abcdef"})
		want(t, err, entente.Conflict)

		done, err := d.Withdraw(d.ctx, node.Recall{Names: []string{id}, Who: "mari", Why: "wrong victim", Expect: plan.Digest})
		if err != nil || !done.Done {
			t.Fatal(done, err)
		}
		open, err := d.Withdrawals(d.ctx)
		if err != nil || len(open) != len(plan.Objects) || !slices.Equal(open[0].Open, []string{"jpn"}) || open[0].Holders[0].Told != 0 {
			t.Fatalf("%+v, %v", open, err)
		}
		// jpn fetches the withdrawal: told, and not confirmed without a receipt.
		in := mapping.Import(d.page("jpn"), "")
		if len(in.Withdrawn) != 1+n {
			t.Errorf("jpn knows of %d withdrawals", len(in.Withdrawn))
		}
		open, err = d.Withdrawals(d.ctx)
		if err != nil || open[0].Holders[0].Told != 1 || open[0].Holders[0].Confirmed != 0 || len(open[0].Open) != 1 {
			t.Errorf("%+v, %v", open[0], err)
		}

		// For good.
		_, err = d.Share(d.ctx, filled(node.Request{Records: refs}))
		want(t, err, entente.Denied, "withdrawn on", "for good")
		again, err := d.Withdraw(d.ctx, node.Recall{Records: refs, Who: "mari"})
		if err != nil || again.Objects[0].Since.IsZero() || len(again.Objects) != 1 {
			t.Errorf("%+v, %v", again, err)
		}
	})
}

func TestWithdrawingWhatCannotReachItsHolder(t *testing.T) {
	both(t, func(t *testing.T, place func(*testing.T) string) {
		d := openDesk(t, place(t))
		refs := []datapackage.Ref{{Table: "statements", ID: strings.TrimPrefix(first, "statements:")}}
		d.share(node.Request{Records: refs})
		d.page("jpn")
		d.edit(func(s *partner.Settings) error { return s.SetMember("two", "jpn", handling.Green) })
		w, err := d.Withdraw(d.ctx, node.Recall{Records: refs, Who: "mari"})
		if err != nil || len(w.Holders) != 1 || len(w.Holders[0].Shut) != 1 || !strings.Contains(w.Holders[0].Shut[0], "AMBER, cleared to GREEN") {
			t.Errorf("%+v, %v", w, err)
		}
	})
}

func TestWhatCannotBeWithdrawn(t *testing.T) {
	both(t, func(t *testing.T, place func(*testing.T) string) {
		d := openDesk(t, place(t))
		d.share(node.Request{Records: position})
		for name, c := range map[string]struct {
			r    node.Recall
			kind entente.Kind
			text string
		}{
			"nothing":     {node.Recall{}, entente.Invalid, "nothing was named"},
			"not shared":  {node.Recall{Records: []datapackage.Ref{{Table: "statements", ID: "nothing"}}}, entente.NotFound, "never shared"},
			"not an id":   {node.Recall{Names: []string{"what"}}, entente.NotFound, "no record of this name"},
			"definition":  {node.Recall{Objects: []stix.ID{handling.Amber.Mark()}}, entente.Denied, "definition"},
			"not here":    {node.Recall{Objects: []stix.ID{"malware--" + idMalware}}, entente.NotFound, "never shared"},
			"our program": {node.Recall{Objects: []stix.ID{mapping.Publisher}}, entente.Denied, "definition"},
		} {
			t.Run(name, func(t *testing.T) {
				c.r.Who = "mari"
				_, err := d.Withdraw(d.ctx, c.r)
				if err == nil || !strings.Contains(err.Error(), c.text) {
					t.Errorf("%v", err)
				}
			})
		}
	})
}
