package node_test

import (
	"fmt"
	"strings"
	"testing"

	"entente"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/node"
	"entente/internal/exchange/partner"
)

// TestAnIDThatAPartnerTook: a partner who puts words of its own under the id of a
// record that is yet to be shared does not have them taken for that record.
func TestAnIDThatAPartnerTook(t *testing.T) {
	both(t, func(t *testing.T, place func(*testing.T) string) {
		d := openDesk(t, place(t))
		d.edit(func(s *partner.Settings) error { s.Collection("trial").Writers = []string{"jpn"}; return nil })
		plan, err := d.Share(d.ctx, filled(node.Request{Records: position, DryRun: true}))
		if err != nil {
			t.Fatal(err)
		}
		var id string
		for _, o := range plan.Objects {
			if o.Role == node.Asked {
				id = string(o.ID)
			}
		}
		raw := fmt.Sprintf(`{"objects":[{"type":%q,"spec_version":"2.1","id":%q,"created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z","name":"Synthetic","published":"2026-01-01T00:00:00.000Z","object_refs":[%q],"object_marking_refs":[%q]}]}`,
			strings.Split(id, "--")[0], id, "note--0a1b2c3d-0000-4000-8000-000000000001", handling.Green.Mark())
		if st, err := d.Shelf.Add(d.ctx, "jpn", "trial", strings.NewReader(raw)); err != nil || st.SuccessCount != 1 {
			t.Fatalf("%+v, %v", st, err)
		}
		plan, err = d.Share(d.ctx, filled(node.Request{Records: position}))
		if err == nil || !strings.Contains(err.Error(), "jpn has brought something else under its id") || entente.KindOf(err) == entente.Internal {
			t.Errorf("it was shared: %+v, %v", plan, err)
		}
	})
}
