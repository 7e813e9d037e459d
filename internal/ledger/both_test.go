package ledger

import (
	"context"
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The whole way of an object on both engines: published, released, witnessed,
// received with a receipt, withdrawn, exported. The files are the same, byte by
// byte, whichever engine holds the log.
func TestWholeWayOnBothEngines(t *testing.T) {
	var folders []map[string]string
	engines(t, func(t *testing.T, db *sql.DB) {
		ctx := context.Background()
		p := newPair(t)
		p.a = newNode(t, db, "a.example/log", 1)
		p.w.Now = p.a.clock.now
		p.a.append(t, entry(1), entry(2))
		o, proof := p.release(t, 1, false)
		for range 2 { // the second time only the cosignature is new
			seen, err := p.observe(t, p.a.sign(t).Note, nil)
			if err != nil || seen.Split != nil {
				t.Fatal(seen, err)
			}
			p.a.tx(t, func(q Querier) error {
				_, err := p.a.AddCosignature(ctx, q, p.ring, seen.Cosigned)
				return err
			})
		}
		r, err := SignReceipt(p.ring, p.b.key, proof, &o, object(1), p.a.clock.now())
		if err != nil {
			t.Fatal(err)
		}
		p.a.tx(t, func(q Querier) error {
			_, err := p.a.AddReceipt(ctx, q, p.ring, r.Note)
			return err
		})
		p.a.append(t, Entry{Kind: Withdrawn, Object: o.Object, Version: o.Version})
		p.a.sign(t)
		dir := filepath.Join(t.TempDir(), "folder")
		var c *Contents
		p.a.tx(t, func(q Querier) (err error) {
			if list, err := p.a.Unconfirmed(ctx, q, o.Object, ""); err != nil || len(list) != 0 {
				t.Errorf("not confirmed: %v (%v)", list, err)
			}
			if list, err := Checkpoints(ctx, q, "a.example/log", 10); err != nil || len(list) != 2 || list[0].Size != 5 || list[1].Size != 3 {
				t.Errorf("checkpoints: %+v (%v)", list, err)
			}
			c, err = p.a.Export(ctx, q, dir, ExportOptions{For: "b.example/log", Key: p.a.key, Body: func(_ context.Context, o *Opening) ([]byte, error) { return object(1), nil }})
			return err
		})
		files := map[string]string{}
		for _, f := range c.Files {
			files[f.Path] = f.SHA256
		}
		folders = append(folders, files)
		// b may open its release, its receipt, and publication and withdrawal of the
		// object: leaves 0, 2, 3 and 4; not leaf 1.
		var opened []string
		for _, f := range c.Files {
			if strings.HasPrefix(f.Path, DirOpenings) {
				opened = append(opened, f.Path)
			}
		}
		if diff := cmp.Diff([]string{"openings/0.json", "openings/2.json", "openings/3.json", "openings/4.json"}, opened); diff != "" {
			t.Errorf("openings (-want +got):\n%s", diff)
		}
		if _, err := p.a.Export(ctx, p.a.db, dir, ExportOptions{For: Everybody, Key: p.a.key, Body: func(context.Context, *Opening) ([]byte, error) { return nil, nil }}); err == nil {
			t.Error("a folder that is not empty is written over")
		}
	})
	if len(folders) == 2 {
		if diff := cmp.Diff(folders[0], folders[1]); diff != "" {
			t.Errorf("the engines differ (-sqlite +postgres):\n%s", diff)
		}
	}
}
