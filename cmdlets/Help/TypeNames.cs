namespace Thesis.Help;

/// <summary>Types by the names that PowerShell shows.</summary>
internal static class TypeNames
{
    /// <summary>The short name in a syntax line: <c>String[]</c>, <c>Double</c> for <c>double?</c>.</summary>
    public static string Short(Type type) => Name(type, part => part.Name);

    /// <summary>The name with its namespace.</summary>
    public static string Full(Type type) => Name(type, part => part.FullName ?? part.Name);

    private static string Name(Type type, Func<Type, string> name)
    {
        if (Nullable.GetUnderlyingType(type) is { } value) return Name(value, name);
        if (type.IsArray) return Name(type.GetElementType()!, name) + "[]";
        if (!type.IsConstructedGenericType) return name(type);
        var arguments = type.GetGenericArguments().Select(argument => Name(argument, name));
        return $"{name(type.GetGenericTypeDefinition()).Split('`')[0]}[{string.Join(',', arguments)}]";
    }
}
