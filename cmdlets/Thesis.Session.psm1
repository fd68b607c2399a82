# A process holds one version of an assembly. A second Thesis in a session would run as the first, without a word, or fail
# with a sentence about assemblies; so it is refused here, before its assemblies are asked for.
$loaded = [AppDomain]::CurrentDomain.GetAssemblies() |
    Where-Object { $_.GetName().Name -eq 'Thesis.Loader' -and $_.Location } | Select-Object -First 1
$own = Join-Path $PSScriptRoot Thesis.Loader.dll
if ($loaded -and $loaded.Location -ne $own) {
    $version = $loaded.GetName().Version.ToString(3)
    throw "This session has loaded Thesis $version from '$(Split-Path $loaded.Location)'. Another one, in '$PSScriptRoot', needs a new session."
}
