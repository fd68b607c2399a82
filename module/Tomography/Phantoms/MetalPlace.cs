namespace Thesis.Engine.Tomography;

/// <summary>Where the metal of a generated scene lies.</summary>
public enum MetalPlace
{
    /// <summary>In the air beside the body: a lead or a wire.</summary>
    Air,

    /// <summary>In a lung.</summary>
    Lung,

    /// <summary>In or on a head: teeth, a clip, an electrode.</summary>
    Head,

    /// <summary>In or under the table.</summary>
    Table,

    /// <summary>Two thick rods of iron in soft tissue, with the dark band between them.</summary>
    TwoRods,

    /// <summary>At the border of the field of view.</summary>
    Border,

    /// <summary>A screw beside the spine.</summary>
    Spine,
}
