# A process holds one version of an assembly. A second Thesis in a session would run as the first, without a word, or fail
# with a sentence about assemblies; so it is refused here, before its assemblies are asked for. No cmdlets: they would load
# modules of PowerShell, and a session that only imports would wait for them.
$own = [IO.Path]::Combine($PSScriptRoot, 'Thesis.Loader.dll')
foreach ($assembly in [AppDomain]::CurrentDomain.GetAssemblies()) {
    if ($assembly.IsDynamic -or $assembly.GetName().Name -ne 'Thesis.Loader' -or $assembly.Location -eq $own) { continue }
    throw "This session has loaded Thesis $($assembly.GetName().Version.ToString(3)) from '$([IO.Path]::GetDirectoryName($assembly.Location))'. Another one, in '$PSScriptRoot', needs a new session."
}
