package shelf_test

import (
	"context"
	"io"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"entente/internal/exchange/handling"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/taxii"
	"entente/internal/exchange/taxii/taxiitest"
)

// backend is the least that the server needs beside the shelf.
type backend struct{ d *desk }

func (b backend) Authenticate(ctx context.Context, c taxii.Credentials) (taxii.Account, error) {
	return b.d.book.Authenticate(ctx, c)
}

func (b backend) Root(context.Context, taxii.Account) (taxii.RootInfo, error) {
	return taxii.RootInfo{Title: "Synthetic"}, nil
}

func (b backend) Collections(ctx context.Context, a taxii.Account) ([]taxii.Collection, error) {
	return b.d.Collections(ctx, a.Partner)
}

func (b backend) Collection(ctx context.Context, a taxii.Account, name string) (taxii.Collection, error) {
	return b.d.Collection(ctx, a.Partner, name)
}

func (b backend) Page(ctx context.Context, a taxii.Account, collection string, q taxii.Query) (*taxii.Page, error) {
	return b.d.Page(ctx, a.Partner, collection, q)
}

func (b backend) Add(ctx context.Context, a taxii.Account, collection string, r io.Reader) (*taxii.Status, error) {
	return b.d.Add(ctx, a.Partner, collection, r)
}

func (b backend) Status(ctx context.Context, a taxii.Account, id string) (*taxii.Status, error) {
	return b.d.Status(ctx, a.Partner, id)
}

func (b backend) Delete(ctx context.Context, a taxii.Account, collection string, object stix.ID, v taxii.Versions) error {
	return b.d.Delete(ctx, a.Partner, collection, object, v)
}

func (d *desk) serve(t *testing.T, o taxii.Options) string {
	t.Helper()
	o.NextKey = []byte("0123456789abcdef")
	s, err := taxii.NewServer(backend{d}, o)
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(s)
	t.Cleanup(web.Close)
	return web.URL
}

// The conformance kit over real TCP, on both engines, with two processes on one
// store.
func TestConformance(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		second := openDesk(t, d.place, d.clock)
		creator, creator2 := aID, bID
		var places []taxiitest.Place
		var used atomic.Int64
		d.edit(func(s *partner.Settings) {
			s.Partners, s.Collections = nil, nil
			var members []handling.Member
			for _, p := range []string{"both", "reader", "writer", "stranger"} {
				s.Partners = append(s.Partners, partner.Partner{Partner: handling.Partner{ID: p, Name: p}})
				if p == "both" || p == "reader" {
					members = append(members, handling.Member{Partner: p, Clearance: handling.Amber})
				}
			}
			s.Partners[0].Identities, s.Partners[2].Identities = []stix.ID{creator}, []stix.ID{creator2}
			s.Communities = []handling.Community{{ID: "readers", Members: members}}
			for range 400 { // the kit takes one for each check
				id := partner.NewCollectionID()
				s.Collections = append(s.Collections, partner.Collection{
					Collection: handling.Collection{ID: id, Title: "Synthetic", Communities: []string{"readers"}, Ceiling: handling.Amber},
					Alias:      "alias-" + id[:8], Writers: []string{"both", "writer"},
				})
				places = append(places, taxiitest.Place{ID: id, Alias: "alias-" + id[:8]})
			}
		})
		token := func(p string) string {
			secret, _, err := d.book.NewToken(t.Context(), "ann", p, "kit", began.Add(24*time.Hour))
			if err != nil {
				t.Fatal(err)
			}
			return "Bearer " + secret
		}
		const small = 1 << 20
		taxiitest.Run(t, func(t *testing.T) taxiitest.Target {
			return taxiitest.Target{
				URL: d.serve(t, taxii.Options{PerMinute: -1, MaxContent: small}), Also: []string{second.serve(t, taxii.Options{PerMinute: -1, MaxContent: small})},
				Both: token("both"), Reader: token("reader"), Writer: token("writer"), Stranger: token("stranger"),
				Creator: string(creator), Creator2: string(creator2), Small: small,
				Collection: func(*testing.T) taxiitest.Place { return places[used.Add(1)] },
			}
		})
	})
}
