package taxiitest

import (
	"net/http"
	"strings"

	"entente/internal/exchange/taxii"
)

// accountChecks are R21, R12 and O5: one account has nothing of another.
func accountChecks() []check {
	return []check{
		{"R21 an account that may only write reads nothing", func(k *kit) {
			o := k.thing("campaign")
			k.addAll(o)
			for _, path := range []string{"objects/", "manifest/", "objects/" + o.ID + "/", "objects/" + o.ID + "/versions/"} {
				k.want(k.do(ask{method: http.MethodGet, path: k.at(path), who: k.Writer}), http.StatusForbidden, http.StatusNotFound)
			}
		}},
		{"R12 an account that may only read adds nothing", func(k *kit) {
			k.want(k.post(k.Reader, k.thing("campaign").raw()), http.StatusForbidden, http.StatusNotFound)
			k.same("objects", k.page(k.at("objects/"), "").keys(k), nil)
		}},
		{"R12 a stranger adds nothing", func(k *kit) {
			k.want(k.post(k.Stranger, k.thing("campaign").raw()), http.StatusForbidden, http.StatusNotFound)
			k.same("objects", k.page(k.at("objects/"), "").keys(k), nil)
		}},
		{"an account that may only write adds, and another reads it", func(k *kit) {
			o := k.thing("campaign")
			o.Creator = k.Creator2
			got := k.post(k.Writer, o.raw())
			k.want(got, http.StatusAccepted)
			st := decode[taxii.Status](k, got)
			if st.TotalCount != 1 || st.FailureCount != 0 {
				k.Fatalf("%+v", st)
			}
			read := k.do(ask{method: http.MethodGet, path: k.at("objects/"), who: k.Reader})
			k.want(read, http.StatusOK)
			k.same("objects", decode[page](k, read).keys(k), []string{o.key()})
		}},
		{"O5 another account cannot read a status", func(k *kit) {
			st := k.add(k.thing("campaign").raw())
			for _, who := range []string{k.Reader, k.Writer, k.Stranger} {
				k.want(k.do(ask{method: http.MethodGet, path: root + "status/" + st.ID + "/", who: who}), http.StatusNotFound, http.StatusForbidden)
			}
			k.want(k.do(ask{method: http.MethodGet, path: root + "status/" + st.ID + "/"}), http.StatusUnauthorized)
		}},
		{"O5 a status of another and none look alike", func(k *kit) {
			st := k.add(k.thing("campaign").raw())
			other := k.do(ask{method: http.MethodGet, path: root + "status/" + st.ID + "/", who: k.Writer})
			none := k.do(ask{method: http.MethodGet, path: root + "status/0d7c1a52-2ab1-4cde-9f2a-2a9a3d4a8a11/", who: k.Writer})
			if other.status != none.status || string(other.body) != string(none.body) {
				k.Fatalf("%d %s; %d %s", other.status, other.body, none.status, none.body)
			}
		}},
		{"an account that reads sees what one with both sees", func(k *kit) {
			list := k.things("campaign", 5)
			k.addAll(list...)
			read := k.do(ask{method: http.MethodGet, path: k.at("objects/"), who: k.Reader})
			if both := k.get(k.at("objects/"), ""); string(both.body) != string(read.body) {
				k.Fatalf("%s\n%s", both.body, read.body)
			}
		}},
		{"O4 errors show nothing of the program", func(k *kit) {
			secret := strings.TrimPrefix(k.Both, "Bearer ")
			for _, path := range []string{root + "nothing/", k.at("objects/x/"), k.at("objects/?limit=0"), root + "status/x/"} {
				got := k.get(path, "")
				for _, word := range []string{"goroutine", ".go:", "panic", "sql", "SELECT", "/home", "/tmp", "/root", secret} {
					if strings.Contains(string(got.body), word) {
						k.Fatalf("%s: %s", path, got.body)
					}
				}
			}
		}},
	}
}
