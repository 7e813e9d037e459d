package cli

import (
	"bytes"
	"encoding/json"

	"entente/internal/auth"
)

// oidcFile is the settings of an OpenID Connect provider as a file holds them;
// see auth.OIDC for what they mean. The secret is never in it.
type oidcFile struct {
	Issuer    string               `json:"issuer"`
	ClientID  string               `json:"client_id"`
	Redirect  string               `json:"redirect"`
	Scopes    []string             `json:"scopes"`
	Label     string               `json:"label"`
	NameClaim string               `json:"name_claim"`
	RoleClaim string               `json:"role_claim"`
	Roles     map[string]auth.Role `json:"roles"`
	Default   auth.Role            `json:"default_role"`
	Create    bool                 `json:"create_accounts"`
}

// readOIDC reads the file strictly: an unknown setting is an error.
func readOIDC(path, secret string) (*auth.OIDC, error) {
	raw, err := readWhole(path)
	if err != nil {
		return nil, err
	}
	var f oidcFile
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return nil, invalid("--oidc "+path, "the settings cannot be read: "+err.Error(), "docs/how-to/run-for-a-team.md lists them")
	}
	return &auth.OIDC{
		Issuer: f.Issuer, ClientID: f.ClientID, ClientSecret: auth.Secret(secret), Redirect: f.Redirect, Scopes: f.Scopes, Label: f.Label,
		NameClaim: f.NameClaim, RoleClaim: f.RoleClaim, Roles: f.Roles, Default: f.Default, Create: f.Create,
	}, nil
}
