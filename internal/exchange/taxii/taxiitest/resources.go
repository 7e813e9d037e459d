package taxiitest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"

	"entente/internal/exchange/taxii"
)

type collections struct {
	Collections []map[string]any `json:"collections"`
}

// listed gives what a listing says of the check's own collection, nil when it is
// not there.
func (k *kit) listed(who string) map[string]any {
	k.Helper()
	id := k.place().ID
	got := k.do(ask{method: http.MethodGet, path: root + "collections/", who: who})
	k.want(got, http.StatusOK)
	for _, c := range decode[collections](k, got).Collections {
		if c["id"] == id {
			return c
		}
	}
	return nil
}

// resourceChecks are R8 to R10: what a client reads before it reads objects.
func resourceChecks() []check {
	return []check{
		{"R8 discovery names the roots", func(k *kit) {
			got := k.get("/taxii2/", "")
			k.want(got, http.StatusOK)
			d := decode[struct {
				Title   string
				Default *string
				Roots   []string `json:"api_roots"`
			}](k, got)
			if d.Title == "" || len(d.Roots) == 0 {
				k.Fatalf("no title or no root: %s", got.body)
			}
			if d.Default != nil && !slices.Contains(d.Roots, *d.Default) {
				k.Fatalf("the default is none of the roots: %s", got.body)
			}
			for _, r := range d.Roots {
				u, err := url.Parse(r)
				absolute := err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
				relative := err == nil && u.Scheme == "" && u.Host == "" && strings.HasPrefix(r, "/") && !strings.HasPrefix(r, "//")
				if !absolute && !relative || u.RawQuery != "" || !strings.HasSuffix(u.Path, "/") {
					k.Fatalf("the root %q is no address", r)
				}
			}
		}},
		{"R9 the root says what it speaks and takes", func(k *kit) {
			got := k.get(root, "")
			k.want(got, http.StatusOK)
			r := decode[struct {
				Title    string
				Versions []string
				Most     json.Number `json:"max_content_length"`
			}](k, got)
			n, err := r.Most.Int64()
			if r.Title == "" || !slices.Contains(r.Versions, taxii.MediaType) || err != nil || n <= 0 {
				k.Fatalf("%s", got.body)
			}
		}},
		{"R10 rights are those of the account", func(k *kit) {
			for _, a := range []struct {
				name, who   string
				read, write bool
			}{{"both", k.Both, true, true}, {"reader", k.Reader, true, false}, {"writer", k.Writer, false, true}} {
				c := k.listed(a.who)
				if c == nil || c["can_read"] != any(a.read) || c["can_write"] != any(a.write) {
					k.Fatalf("%s: %v", a.name, c)
				}
			}
		}},
		{"R10 a collection has an id of version 4 and a title", func(k *kit) {
			c := k.listed(k.Both)
			text, _ := c["id"].(string)
			if id, err := uuid.Parse(text); err != nil || id.Version() != 4 {
				k.Fatalf("%v", c)
			}
			if title, _ := c["title"].(string); title == "" {
				k.Fatalf("%v", c)
			}
		}},
		{"R10 a collection by itself is as in the list", func(k *kit) {
			for _, who := range []string{k.Both, k.Reader, k.Writer} {
				got := k.do(ask{method: http.MethodGet, path: root + "collections/" + k.place().ID + "/", who: who})
				k.want(got, http.StatusOK)
				a, _ := json.Marshal(decode[map[string]any](k, got))
				b, _ := json.Marshal(k.listed(who))
				if string(a) != string(b) {
					k.Fatalf("%s\n%s", a, b)
				}
			}
		}},
		{"R10 an alias stands for the id", func(k *kit) {
			if k.place().Alias == "" {
				k.Skip("the target has no aliases")
			}
			k.addAll(k.thing("campaign"))
			base := root + "collections/" + url.PathEscape(k.place().Alias) + "/"
			c := decode[map[string]any](k, k.get(base, ""))
			if c["id"] != k.place().ID || c["alias"] != k.place().Alias {
				k.Fatalf("%v", c)
			}
			k.same("objects", k.page(base+"objects/", "").keys(k), k.page(k.at("objects/"), "").keys(k))
		}},
		{"R10 collections stand in the order of their ids", func(k *kit) {
			for range 4 {
				k.Collection(k.T)
			}
			var ids []string
			first := k.get(root+"collections/", "")
			for _, c := range decode[collections](k, first).Collections {
				id, _ := c["id"].(string)
				ids = append(ids, id)
			}
			if !slices.IsSorted(ids) || len(ids) < 4 {
				k.Fatalf("%v", ids)
			}
			if again := k.get(root+"collections/", ""); string(again.body) != string(first.body) {
				k.Fatal("a second list differs")
			}
		}},
		{"R10 an account without collections gets no list", func(k *kit) {
			k.place()
			got := k.do(ask{method: http.MethodGet, path: root + "collections/", who: k.Stranger})
			k.want(got, http.StatusOK)
			if list, there := decode[map[string]any](k, got)["collections"]; there {
				k.Fatalf("collections is there: %v", list)
			}
		}},
		{"an unknown collection is 404", func(k *kit) {
			for _, id := range []string{uuid.NewString(), "no-such-alias", strings.ToUpper(k.place().ID) + "0", "%00", "a%00b", "%ff", "..%2f", strings.Repeat("x", 900)} {
				for _, rest := range []string{"", "objects/", "manifest/", "objects/campaign--" + uuid.NewString() + "/"} {
					got := k.get(root+"collections/"+id+"/"+rest, "")
					k.want(got, http.StatusNotFound, http.StatusBadRequest)
				}
			}
		}},
		{"R21 a stranger sees no collection", func(k *kit) {
			k.addAll(k.thing("campaign"))
			for _, rest := range []string{"", "objects/", "manifest/"} {
				got := k.do(ask{method: http.MethodGet, path: k.at(rest), who: k.Stranger})
				k.want(got, http.StatusNotFound, http.StatusForbidden)
			}
		}},
		{"media types of a collection have versions", func(k *kit) {
			types, there := k.listed(k.Both)["media_types"].([]any)
			if there && !slices.Contains(types, any(taxii.StixMediaType)) {
				k.Fatalf("%v", types)
			}
		}},
		{"a parameter that nobody knows is passed over", func(k *kit) {
			k.addAll(k.thing("campaign"))
			if got := k.page(k.at("objects/"), "nobody=knows"); len(got.Objects) != 1 {
				k.Fatalf("%d objects", len(got.Objects))
			}
			k.want(k.get(root+"collections/", "limit=abc"), http.StatusOK, http.StatusBadRequest)
		}},
	}
}
