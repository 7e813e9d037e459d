package taxiitest

import (
	"net/http"
	"strings"

	"entente/internal/exchange/taxii"
)

// transportChecks are R2 to R7: media types, addresses, logins, errors.
func transportChecks() []check {
	var list []check
	for _, a := range []struct{ name, accept string }{
		{"with the version", "application/taxii+json;version=2.1"},
		{"with a space before the version", "application/taxii+json; version=2.1"},
		{"with the version in quotes", `application/taxii+json;version="2.1"`},
		{"without the version", "application/taxii+json"},
		{"in capitals", "Application/TAXII+JSON;Version=2.1"},
		{"with a weight", "application/taxii+json;version=2.1;q=0.9"},
		{"with a weight without the version", "application/taxii+json; q=0.5"},
		{"in a list with stix", "application/taxii+json;version=2.1, application/stix+json;version=2.1"},
		{"behind another type", "text/html, application/taxii+json;version=2.1;q=0.8"},
		{"any type", "*/*"},
		{"any application", "text/html;q=1, application/*;q=0.1"},
		{"none at all", ""},
	} {
		list = append(list, check{"R3 accept " + a.name, func(k *kit) {
			for _, path := range []string{"/taxii2/", root, root + "collections/", k.at("manifest/"), k.at("objects/")} {
				got := k.do(ask{method: http.MethodGet, path: path, who: k.Both, header: map[string]string{"Accept": a.accept}})
				k.want(got, http.StatusOK)
			}
		}})
	}
	for _, a := range []struct{ name, header string }{
		{"with the version", "application/taxii+json;version=2.1"},
		{"with a space", "application/taxii+json; version=2.1"},
		{"without the version", "application/taxii+json"},
		{"in capitals", "APPLICATION/taxii+json"},
		{"with a charset", "application/taxii+json;version=2.1;charset=utf-8"},
	} {
		list = append(list, check{"R4 content type " + a.name, func(k *kit) {
			got := k.do(ask{
				method: http.MethodPost, path: k.at("objects/"), who: k.Both,
				header: map[string]string{"Content-Type": a.header}, body: strings.NewReader(envelope(k.thing("campaign").raw())),
			})
			k.want(got, http.StatusAccepted)
		}})
	}
	return append(list, []check{
		{"R3 other types are refused or served", func(k *kit) {
			for _, accept := range []string{"text/html", "application/taxii+json;version=2.0", "image/png, text/*", "nonsense"} {
				got := k.do(ask{method: http.MethodGet, path: root + "collections/", who: k.Both, header: map[string]string{"Accept": accept}})
				k.want(got, http.StatusNotAcceptable, http.StatusOK)
			}
		}},
		{"R4 other content is 415", func(k *kit) {
			for _, header := range []string{"text/plain", "application/x-www-form-urlencoded", "application/taxii+json;version=2.0"} {
				got := k.do(ask{
					method: http.MethodPost, path: k.at("objects/"), who: k.Both,
					header: map[string]string{"Content-Type": header}, body: strings.NewReader(envelope()),
				})
				k.want(got, http.StatusUnsupportedMediaType)
			}
		}},
		{"R4 an unknown packing is 415", func(k *kit) {
			got := k.do(ask{
				method: http.MethodPost, path: k.at("objects/"), who: k.Both,
				header: map[string]string{"Content-Encoding": "br"}, body: strings.NewReader("x"),
			})
			k.want(got, http.StatusUnsupportedMediaType)
		}},
		{"R5 paths without the slash at the end", func(k *kit) {
			for _, path := range []string{"/taxii2", "/taxii2/exchange", root + "collections", k.at("objects"), k.at("manifest")} {
				got := k.get(path, "")
				k.want(got, 200, 301, 302, 307, 308, 404)
			}
		}},
		{"R6 without credentials everything is 401", func(k *kit) {
			for _, path := range k.everywhere() {
				got := k.do(ask{method: http.MethodGet, path: path})
				k.want(got, http.StatusUnauthorized)
			}
		}},
		{"R6 wrong credentials are 401", func(k *kit) {
			for _, value := range []string{"Bearer wrong", "Bearer ", "Basic d3Jvbmc6d3Jvbmc=", "Basic %%%", "Basic", "Digest x", "\xff", k.Both + "x"} {
				for _, path := range []string{root + "collections/", k.at("objects/")} {
					got := k.do(ask{method: http.MethodGet, path: path, who: value})
					k.want(got, http.StatusUnauthorized, http.StatusTooManyRequests)
				}
			}
		}},
		{"R6 a login that fails adds and removes nothing", func(k *kit) {
			o := k.thing("campaign")
			k.addAll(o)
			got := k.post("Bearer wrong", k.thing("campaign").raw())
			k.want(got, http.StatusUnauthorized, http.StatusTooManyRequests)
			got = k.do(ask{method: http.MethodDelete, path: k.at("objects/" + o.ID + "/"), who: "Bearer wrong"})
			k.want(got, http.StatusUnauthorized, http.StatusTooManyRequests)
			k.same("objects", k.page(k.at("objects/"), "").keys(k), []string{o.key()})
		}},
		{"O4 unknown and known look alike without credentials", func(k *kit) {
			first := answer{}
			for i, path := range k.everywhere() {
				got := k.do(ask{method: http.MethodGet, path: path})
				if i == 0 {
					first = got
				}
				if got.status != first.status || string(got.body) != string(first.body) {
					k.Fatalf("%s answers %d %s, others %d %s", path, got.status, got.body, first.status, first.body)
				}
			}
		}},
		{"R7 an unknown address is 404", func(k *kit) {
			for _, path := range []string{"/taxii2/nothing/", root + "nothing/", k.at("nothing/"), k.at("objects/x/y/z/"), root + "collections//objects/", "/taxii2//"} {
				got := k.get(path, "")
				k.want(got, http.StatusNotFound, http.StatusMovedPermanently, http.StatusPermanentRedirect, http.StatusTemporaryRedirect)
			}
		}},
		{"other methods are refused", func(k *kit) {
			for _, method := range []string{http.MethodPut, http.MethodPatch, http.MethodOptions, http.MethodTrace, "BREW"} {
				for _, path := range []string{"/taxii2/", root, root + "collections/", k.at("objects/"), k.at("manifest/")} {
					got := k.do(ask{method: method, path: path, who: k.Both})
					k.want(got, http.StatusMethodNotAllowed, http.StatusNotFound)
				}
			}
			got := k.do(ask{method: http.MethodPost, path: k.at("manifest/"), who: k.Both, body: strings.NewReader(envelope())})
			k.want(got, http.StatusMethodNotAllowed, http.StatusNotFound)
			got = k.do(ask{method: http.MethodDelete, path: k.at("objects/"), who: k.Both})
			k.want(got, http.StatusMethodNotAllowed, http.StatusNotFound)
		}},
		{"HEAD answers as GET without a body", func(k *kit) {
			k.addAll(k.thing("campaign"))
			for _, path := range []string{"/taxii2/", root + "collections/", k.at("objects/"), k.at("manifest/")} {
				got := k.do(ask{method: http.MethodHead, path: path, who: k.Both})
				k.want(got, http.StatusOK, http.StatusMethodNotAllowed)
				if len(got.body) != 0 {
					k.Fatalf("%s: HEAD has a body: %s", path, got.body)
				}
			}
		}},
		{"R2 a page names no other type than taxii", func(k *kit) {
			got := k.do(ask{method: http.MethodGet, path: k.at("manifest/"), who: k.Both, header: map[string]string{"Accept": "application/stix+json;version=2.1, application/taxii+json;version=2.1"}})
			k.want(got, http.StatusOK)
			if got.header.Get("Content-Type") != taxii.MediaType {
				k.Fatal(got.header)
			}
		}},
	}...)
}

// everywhere lists addresses of every kind, and some at which there is nothing.
func (k *kit) everywhere() []string {
	o := k.thing("campaign")
	return []string{
		"/taxii2/", root, root + "collections/", root + "collections/" + k.place().ID + "/", k.at("manifest/"), k.at("objects/"),
		k.at("objects/" + o.ID + "/"), k.at("objects/" + o.ID + "/versions/"), root + "status/0d7c1a52-2ab1-4cde-9f2a-2a9a3d4a8a11/",
		root + "collections/0d7c1a52-2ab1-4cde-9f2a-2a9a3d4a8a11/objects/", root + "nothing/",
	}
}
