package taxiitest

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/google/uuid"

	"entente/internal/exchange/taxii"
)

var microseconds = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$`)

// faithful lists objects that some servers change on the way.
func faithful(k *kit) map[string]string {
	with := func(extra string) string { o := k.thing("campaign"); o.Extra = extra; return o.raw() }
	spaced := strings.Replace(k.thing("campaign").raw(), `"name":`, "\n\t \"name\" :  ", 1)
	plain := k.thing("campaign")
	plain.Created, plain.Modified = "2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z"
	nine := k.thing("campaign")
	nine.Created, nine.Modified = "2024-01-02T03:04:05.123456789Z", "2024-01-02T03:04:05.123456789Z"
	return map[string]string{
		"custom properties":         with(`,"x_custom":{"a":[1,2,{"b":null}],"c":""}`),
		"a large integer":           with(`,"x_large":123456789012345678901234567890`),
		"a long fraction":           with(`,"x_fraction":0.1000000000000000055511151231257827,"x_e":1E+2`),
		"letters of all kinds":      with(`,"x_letters":"õäöü 日本語 \u00e9 \ud83d\ude00 😀 \/ <>&"`),
		"an escaped NUL":            with(`,"x_nul":"a\u0000b"`),
		"white space":               spaced,
		"a time without a fraction": plain.raw(),
		"a time with nine digits":   nine.raw(),
		"an empty list and object":  with(`,"x_list":[],"x_object":{}`),
		"an extension":              with(`,"extensions":{"extension-definition--0d7c1a52-2ab1-4cde-9f2a-2a9a3d4a8a11":{"extension_type":"property-extension","n":1.0}}`),
	}
}

// readChecks are R15 to R19, R21 and O2: pages, their order and their headers.
func readChecks() []check {
	return []check{
		{"O2 an object is given back byte for byte", func(k *kit) {
			all := faithful(k)
			names := make([]string, 0, len(all))
			for name := range all {
				names = append(names, name)
			}
			slices.Sort(names)
			for i, name := range names {
				if st := k.add(all[name]); st.SuccessCount != 1 {
					k.Fatalf("%s: %+v", name, st)
				}
				p := k.page(k.at("objects/"), "")
				if len(p.Objects) != i+1 || string(p.Objects[i]) != all[name] {
					k.Fatalf("%s: sent %s", name, all[name])
				}
			}
		}},
		{"O2 a manifest writes versions as they came", func(k *kit) {
			var want []string
			for _, at := range []string{"2024-01-02T03:04:05Z", "2024-01-02T03:04:06.6Z", "2024-01-02T03:04:07.678Z", "2024-01-02T03:04:08.678000Z", "2024-01-02T03:04:09.123456789Z"} {
				o := k.thing("campaign")
				o.Created, o.Modified = at, at
				k.addAll(o)
				want = append(want, o.key())
				for _, path := range []string{"objects/", "manifest/"} {
					k.same("match[version]="+at, k.page(k.at(path), with("match[version]", at)).keys(k), []string{o.key()})
				}
			}
			k.same("manifest", k.page(k.at("manifest/"), "").keys(k), want)
		}},
		{"the version of an extension-definition is not that of the object", func(k *kit) {
			k.n++
			id := "extension-definition--" + uuid.NewString()
			o := k.thing("campaign")
			o.Type, o.ID = "extension-definition", id
			o.Extra = `,"schema":"https://synthetic.example/schema.json","version":"1.0.0","extension_types":["property-extension"]`
			k.addAll(o)
			k.same("objects", k.page(k.at("objects/"), "").keys(k), []string{o.key()})
			k.same("manifest", k.page(k.at("manifest/"), "").keys(k), []string{o.key()})
			k.want(k.do(ask{method: http.MethodDelete, path: k.at("objects/" + id + "/"), who: k.Both}), http.StatusOK)
		}},
		{"R16 an empty collection is an empty resource", func(k *kit) {
			for _, path := range []string{"objects/", "manifest/"} {
				got := k.get(k.at(path), "")
				k.want(got, http.StatusOK)
				if strings.TrimSpace(string(got.body)) != "{}" {
					k.Fatalf("%s", got.body)
				}
			}
		}},
		{"R17 an empty page has no dates", func(k *kit) {
			k.addAll(k.thing("campaign"))
			for _, path := range []string{"objects/", "manifest/"} {
				p := k.page(k.at(path), with("added_after", "2999-01-01T00:00:00Z"))
				for _, h := range []string{"X-TAXII-Date-Added-First", "X-TAXII-Date-Added-Last"} {
					if v, there := p.header[http.CanonicalHeaderKey(h)]; there {
						k.Fatalf("%s is %q", h, v)
					}
				}
			}
		}},
		{"R17 the dates are those of the page", func(k *kit) {
			list := k.things("campaign", 7)
			k.addAll(list...)
			m := k.page(k.at("manifest/"), "").items(k)
			for _, path := range []string{"objects/", "manifest/"} {
				at := 0
				for _, p := range k.walkNext(k.at(path), "", 3) {
					first, last := p.header.Get("X-TAXII-Date-Added-First"), p.header.Get("X-TAXII-Date-Added-Last")
					n := len(p.Objects)
					if !microseconds.MatchString(first) || !microseconds.MatchString(last) || first != m[at].DateAdded || last != m[at+n-1].DateAdded {
						k.Fatalf("%s: page of %d from %d: %s to %s; manifest %+v", path, n, at, first, last, m)
					}
					at += n
				}
			}
			o := k.page(k.at("objects/"+list[2].ID+"/"), "")
			v := k.page(k.at("objects/"+list[2].ID+"/versions/"), "")
			for _, p := range []page{o, v} {
				if p.header.Get("X-TAXII-Date-Added-First") != m[2].DateAdded || p.header.Get("X-TAXII-Date-Added-Last") != m[2].DateAdded {
					k.Fatalf("%v, want %s", p.header, m[2].DateAdded)
				}
			}
		}},
		{"R15 objects and manifest stand in the order of arrival", func(k *kit) {
			list := append(k.things("campaign", 3), k.things("tool", 3)...)
			slices.Reverse(list)
			for _, o := range list {
				k.addAll(o)
			}
			k.same("objects", k.page(k.at("objects/"), "").keys(k), keysOf(list))
			k.same("manifest", k.page(k.at("manifest/"), "").keys(k), keysOf(list))
		}},
		{"O1 dates rise strictly within one request to add", func(k *kit) {
			k.addAll(k.things("campaign", 60)...)
			last := ""
			for _, i := range k.page(k.at("manifest/"), "").items(k) {
				if i.DateAdded <= last {
					k.Fatalf("%s follows %s", i.DateAdded, last)
				}
				last = i.DateAdded
			}
		}},
		{"R18 a manifest record names id, date, version and media type", func(k *kit) {
			o := k.thing("campaign")
			k.addAll(o)
			got := k.page(k.at("manifest/"), "").items(k)
			if len(got) != 1 || got[0].ID != o.ID || got[0].Version != o.Modified || got[0].MediaType != taxii.StixMediaType || !microseconds.MatchString(got[0].DateAdded) {
				k.Fatalf("%+v", got)
			}
		}},
		{"R18 a manifest has one record for each version", func(k *kit) {
			o := k.thing("campaign")
			k.addAll(o, o.newer(1), o.newer(2))
			k.same("manifest", k.page(k.at("manifest/"), with("match[version]", "all")).keys(k), keysOf([]thing{o, o.newer(1), o.newer(2)}))
			k.same("manifest of the last", k.page(k.at("manifest/"), "").keys(k), keysOf([]thing{o.newer(2)}))
		}},
		{"R19 an object by its id", func(k *kit) {
			list := k.things("campaign", 3)
			k.addAll(list...)
			k.same("object", k.page(k.at("objects/"+list[1].ID+"/"), "").keys(k), []string{list[1].key()})
		}},
		{"R19 an unknown object is 404", func(k *kit) {
			k.addAll(k.thing("campaign"))
			for _, id := range []string{"campaign--" + uuid.NewString(), "x", "campaign--x", "%00", "campaign--" + strings.Repeat("0", 36), "%F0%9F%98%80"} {
				for _, rest := range []string{"/", "/versions/"} {
					k.want(k.get(k.at("objects/"+id+rest), ""), http.StatusNotFound, http.StatusBadRequest)
				}
			}
		}},
		{"R19 an object of another collection is 404", func(k *kit) {
			o := k.thing("campaign")
			k.addAll(o)
			other := k.Collection(k.T)
			k.want(k.get(root+"collections/"+other.ID+"/objects/"+o.ID+"/", ""), http.StatusNotFound)
			if p := k.page(root+"collections/"+other.ID+"/objects/", ""); len(p.Objects) != 0 {
				k.Fatal("an object stands in two collections")
			}
		}},
		{"R19 a known object that is filtered away is an empty resource", func(k *kit) {
			o := k.thing("campaign")
			k.addAll(o)
			for _, rest := range []string{"/", "/versions/"} {
				for _, q := range []string{with("added_after", "2999-01-01T00:00:00Z"), with("match[spec_version]", "2.0")} {
					got := k.get(k.at("objects/"+o.ID+rest), q)
					k.want(got, http.StatusOK)
					if strings.TrimSpace(string(got.body)) != "{}" {
						k.Fatalf("%s", got.body)
					}
				}
			}
			got := k.get(k.at("objects/"+o.ID+"/"), with("match[version]", "2001-01-01T00:00:00Z"))
			k.want(got, http.StatusOK)
			if strings.TrimSpace(string(got.body)) != "{}" {
				k.Fatalf("%s", got.body)
			}
		}},
		{"R19 versions of an object in the order of arrival", func(k *kit) {
			o := k.thing("campaign")
			k.addAll(o.newer(5), o, o.newer(9))
			p := k.page(k.at("objects/"+o.ID+"/versions/"), "")
			k.same("versions", p.Versions, []string{o.newer(5).Modified, o.Modified, o.newer(9).Modified})
		}},
		{"the same object lies in two collections", func(k *kit) {
			o := k.thing("campaign")
			k.addAll(o)
			other := &kit{T: k.T, Target: k.Target, n: k.n}
			other.addAll(o)
			k.want(k.do(ask{method: http.MethodDelete, path: k.at("objects/" + o.ID + "/"), who: k.Both}), http.StatusOK)
			k.same("the other collection", other.page(other.at("objects/"), "").keys(k), []string{o.key()})
		}},
		{"a page ends at its bytes", func(k *kit) {
			if k.Small > 0 && k.Small < 4<<20 {
				k.Skip("the target takes small bodies only")
			}
			var list []thing
			for range 7 {
				o := k.thing("campaign")
				o.Extra = fmt.Sprintf(`,"x_long":%q`, strings.Repeat("long ", 700_000))
				k.addAll(o)
				list = append(list, o)
			}
			pages := k.walkNext(k.at("objects/"), "", 1000)
			if len(pages) < 2 {
				k.Fatal("a page of 24 MB")
			}
			k.same("objects", k.allKeys(pages), keysOf(list))
		}},
	}
}
