package taxii

import (
	"strconv"
	"strings"
)

// MediaType is the form of every answer [3.1].
const MediaType = "application/taxii+json;version=2.1"

// Media types of what a collection holds.
const (
	StixMediaType   = "application/stix+json;version=2.1"
	Stix20MediaType = "application/stix+json;version=2.0"
)

// acceptable reports whether a client takes [MediaType]. Clients write it with and
// without the version, with white space and weights, in a list with other types,
// or not at all.
func acceptable(headers []string) bool {
	asked := false
	for _, h := range headers {
		if h == MediaType {
			return true
		}
		for item := range strings.SplitSeq(h, ",") {
			name, params, _ := strings.Cut(item, ";")
			if name = strings.ToLower(strings.TrimSpace(name)); name == "" {
				continue
			}
			asked = true
			if takes(name, params) {
				return true
			}
		}
	}
	return !asked
}

func takes(name, params string) bool {
	switch name {
	case "*/*", "application/*", "application/json":
		return param(params, "q") != 0
	case "application/taxii+json":
		return ours(params) && param(params, "q") != 0
	}
	return false
}

// ours reports whether the parameters of the type allow version 2.1.
func ours(params string) bool {
	for p := range strings.SplitSeq(params, ";") {
		name, value, _ := strings.Cut(p, "=")
		if strings.EqualFold(strings.TrimSpace(name), "version") && strings.Trim(strings.TrimSpace(value), `"`) != "2.1" {
			return false
		}
	}
	return true
}

// param reads a number among parameters, 1 when it is not there or none.
func param(params, name string) float64 {
	for p := range strings.SplitSeq(params, ";") {
		key, value, _ := strings.Cut(p, "=")
		if !strings.EqualFold(strings.TrimSpace(key), name) {
			continue
		}
		if q, err := strconv.ParseFloat(strings.TrimSpace(value), 64); err == nil {
			return q
		}
	}
	return 1
}

// postable reports whether a body of this Content-Type is read. Some clients send
// a bundle and say so; what it holds beside its objects is passed over.
func postable(header string) bool {
	name, params, _ := strings.Cut(header, ";")
	switch strings.ToLower(strings.TrimSpace(name)) {
	case "", "application/json", "application/stix+json":
		return true
	case "application/taxii+json":
		return ours(params)
	}
	return false
}
