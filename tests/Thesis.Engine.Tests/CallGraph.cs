using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Thesis.Engine.Tests;

/// <summary>
/// Which method calls which in some assemblies, read from their IL without loading them. A method is named
/// <c>Type::Method(Parameters)</c>, so overloads are told apart. Who creates an object or a delegate counts as a caller:
/// a constructor calls all virtual methods of its type, since whoever holds the object may.
/// </summary>
internal sealed class CallGraph
{
    private const int TwoBytes = 0xFE;

    private static readonly Dictionary<int, OperandType> Operands = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => (int)(ushort)code.Value, code => code.OperandType);

    private readonly Dictionary<string, HashSet<string>> _calls = [];
    private readonly MethodNames _names = new();

    /// <summary>Reads the assemblies.</summary>
    public CallGraph(params string[] paths)
    {
        foreach (var path in paths)
        {
            using var file = new PEReader(File.OpenRead(path));
            var reader = file.GetMetadataReader();
            foreach (var type in reader.TypeDefinitions) Read(file, reader, reader.GetTypeDefinition(type));
        }
    }

    /// <summary>The methods that are called, by their callers.</summary>
    public IReadOnlyDictionary<string, HashSet<string>> Calls => _calls;

    /// <summary>
    /// The methods from which a call can come to one that <paramref name="isTarget"/> names, those included, by ways that
    /// do not lead through one that <paramref name="isHarmless"/> names.
    /// </summary>
    public IReadOnlySet<string> Reaching(Func<string, bool> isTarget, Func<string, bool> isHarmless)
    {
        var callers = _calls
            .Where(entry => !isHarmless(entry.Key))
            .SelectMany(entry => entry.Value.Select(called => (Caller: entry.Key, Called: called)))
            .ToLookup(call => call.Called, call => call.Caller);
        var found = new HashSet<string>(callers.Select(group => group.Key).Where(isTarget));
        var open = new Queue<string>(found);
        while (open.TryDequeue(out var method))
        {
            foreach (var caller in callers[method].Where(found.Add)) open.Enqueue(caller);
        }

        return found;
    }

    private void Read(PEReader file, MetadataReader reader, TypeDefinition type)
    {
        var constructors = new List<string>();
        var virtuals = new List<string>();
        foreach (var handle in type.GetMethods())
        {
            var method = reader.GetMethodDefinition(handle);
            var name = _names.Of(reader, handle)!;
            if (reader.StringComparer.Equals(method.Name, ".ctor")) constructors.Add(name);
            if (method.Attributes.HasFlag(MethodAttributes.Virtual)) virtuals.Add(name);
            if (method.RelativeVirtualAddress == 0) continue;
            CallsOf(name).UnionWith(Called(reader, file.GetMethodBody(method.RelativeVirtualAddress).GetILReader()));
        }

        foreach (var constructor in constructors) CallsOf(constructor).UnionWith(virtuals);
    }

    private HashSet<string> CallsOf(string method)
    {
        if (!_calls.TryGetValue(method, out var called)) _calls.Add(method, called = []);
        return called;
    }

    private IEnumerable<string> Called(MetadataReader reader, BlobReader code)
    {
        var found = new List<string>();
        while (code.RemainingBytes > 0)
        {
            int value = code.ReadByte();
            if (value == TwoBytes) value = (TwoBytes << 8) | code.ReadByte();
            var operand = Operands[value];
            if (operand == OperandType.InlineMethod)
            {
                if (_names.Of(reader, MetadataTokens.EntityHandle(code.ReadInt32())) is { } name) found.Add(name);
                continue;
            }

            var size = operand == OperandType.InlineSwitch ? sizeof(int) * code.ReadInt32() : Size(operand);
            code.Offset += size;
        }

        return found;
    }

    private static int Size(OperandType operand) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        _ => 4,
    };

    /// <summary>Writes out methods; a generic type or method has one name, whatever its arguments.</summary>
    private sealed class MethodNames : ISignatureTypeProvider<string, object?>
    {
        public string? Of(MetadataReader reader, EntityHandle handle)
        {
            switch (handle.Kind)
            {
                case HandleKind.MethodDefinition:
                    var method = reader.GetMethodDefinition((MethodDefinitionHandle)handle);
                    return Name(
                        GetTypeFromDefinition(reader, method.GetDeclaringType(), 0), reader.GetString(method.Name),
                        method.DecodeSignature(this, null));
                case HandleKind.MethodSpecification:
                    return Of(reader, reader.GetMethodSpecification((MethodSpecificationHandle)handle).Method);
                case HandleKind.MemberReference:
                    var member = reader.GetMemberReference((MemberReferenceHandle)handle);
                    if (member.GetKind() != MemberReferenceKind.Method) return null;
                    return Name(Parent(reader, member.Parent), reader.GetString(member.Name), member.DecodeMethodSignature(this, null));
                default:
                    return null;
            }
        }

        private static string Name(string type, string method, MethodSignature<string> signature) =>
            $"{type}::{method}({string.Join(", ", signature.ParameterTypes)})";

        private string Parent(MetadataReader reader, EntityHandle parent) => parent.Kind switch
        {
            HandleKind.TypeReference => GetTypeFromReference(reader, (TypeReferenceHandle)parent, 0),
            HandleKind.TypeDefinition => GetTypeFromDefinition(reader, (TypeDefinitionHandle)parent, 0),
            HandleKind.TypeSpecification => GetTypeFromSpecification(reader, null, (TypeSpecificationHandle)parent, 0).Split('<')[0],
            _ => "",
        };

        public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind)
        {
            var type = reader.GetTypeDefinition(handle);
            var name = reader.GetString(type.Name);
            if (type.GetDeclaringType() is { IsNil: false } outer) return $"{GetTypeFromDefinition(reader, outer, 0)}.{name}";
            return type.Namespace.IsNil ? name : $"{reader.GetString(type.Namespace)}.{name}";
        }

        public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
        {
            var type = reader.GetTypeReference(handle);
            var name = reader.GetString(type.Name);
            if (type.ResolutionScope.Kind == HandleKind.TypeReference)
            {
                return $"{GetTypeFromReference(reader, (TypeReferenceHandle)type.ResolutionScope, 0)}.{name}";
            }

            return type.Namespace.IsNil ? name : $"{reader.GetString(type.Namespace)}.{name}";
        }

        public string GetTypeFromSpecification(
            MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
            reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

        public string GetPrimitiveType(PrimitiveTypeCode typeCode) => typeCode.ToString();

        public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) =>
            $"{genericType}<{string.Join(", ", typeArguments)}>";

        public string GetGenericTypeParameter(object? genericContext, int index) => $"!{index}";

        public string GetGenericMethodParameter(object? genericContext, int index) => $"!!{index}";

        public string GetSZArrayType(string elementType) => elementType + "[]";

        public string GetArrayType(string elementType, ArrayShape shape) => $"{elementType}[{new string(',', shape.Rank - 1)}]";

        public string GetByReferenceType(string elementType) => elementType + "&";

        public string GetPointerType(string elementType) => elementType + "*";

        public string GetPinnedType(string elementType) => elementType;

        public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => unmodifiedType;

        public string GetFunctionPointerType(MethodSignature<string> signature) => "method*";
    }
}
